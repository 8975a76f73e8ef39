package dev.slipway.migrator.history;

import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.files.MigrationVersion;
import dev.slipway.migrator.sql.SqlLiteral;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a schema contains besides the history of this run, and who owns it. Immutable.
 *
 * @param content names of tables, views and sequences that belong to no extension and no migration tool; sorted,
 * perhaps not all
 * @param code names of functions and types that belong to no extension; perhaps not all
 * @param neighbours the histories of other services in the same schema
 */
public record ExistingSchema(List<String> content, List<String> code, List<Neighbour> neighbours) {
    /** One more than we show, so that the message can say that there are more. */
    private static final int LIMIT = 6;

    /**
     * Another history in the schema.
     *
     * @param table its name
     * @param scripts XML with an element for each applied script, for the oldest of them: its name and checksum; empty if it
     *     was not read
     */
    public record Neighbour(String table, String scripts) {
        private static final String ROW = "<s>";

        /** Whether most of its scripts are in the folder; a single one may be an empty first script that both have. */
        boolean isOf(MigrationFolder folder) {
            Set<String> rows = new HashSet<>();
            for (String row : scripts.split(ROW, -1)) {
                rows.add(row.substring(0, Math.max(0, row.indexOf("</s>"))));
            }
            rows.remove("");
            long shared = folder.migrations().stream()
                    .filter(file -> rows.contains(escaped(file.script()) + " " + file.checksum()))
                    .count();
            return shared > 0 && shared * 2 >= rows.size();
        }

        private static String escaped(String text) {
            return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        }
    }

    public ExistingSchema {
        content = List.copyOf(content);
        code = List.copyOf(code);
        neighbours = List.copyOf(neighbours);
    }

    /**
     * Three texts in each row: what it is, its name, and the scripts of a history, which is recognised by its columns.
     * Uses XML, the only way for one SELECT to read a table whose name it has to find first; and only if the history of
     * this run is not there.
     *
     * <p>Anyone who may create tables in the schema chooses what is read here, with the rights of the role that
     * migrates. So we read only plain tables with columns of PostgreSQL's own types, because a view, row security, a
     * foreign table or a domain could run code. We read at most the first 200 pages, and use names that no search_path
     * can redirect.
     *
     * @param history the history of this run
     */
    public static String question(HistoryTable history) {
        return """
                select kind, name, case when readable and pg_catalog.to_regclass(%s) is null then
                  pg_catalog.query_to_xml(pg_catalog.format(
                    'select pg_catalog."left"(script::text, 1000) || '' ''::text || checksum::text as s from only %%I.%%I'::text
                    || ' where ctid < ''(200,0)''::tid and success and version is not null limit 2000'::text,
                    nspname, name), false, false, '')::text else '' end
                from (select kind, name, nspname, readable from pg_namespace n, lateral (
                    select case when h.known then 'history' else 'content' end kind, c.relname::text as name,
                      h.known and c.relkind = 'r' and not c.relrowsecurity and pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                      and pg_catalog.has_table_privilege(c.oid, 'SELECT') readable
                    from pg_class c, lateral (select c.relkind in ('r', 'p') and 6 = (select pg_catalog.count(*) from pg_attribute a
                      where a.attrelid = c.oid and not a.attisdropped and a.attgenerated = '' and case a.attname
                        when 'script' then a.atttypid in (25, 1043) when 'version' then a.atttypid in (25, 1043)
                        when 'checksum' then a.atttypid = 23 when 'installed_rank' then a.atttypid = 23
                        when 'success' then a.atttypid = 16 else a.attname = 'installed_on' end) as known) h
                    where c.relnamespace = n.oid and c.relname not in (%s, '%s', '%s') and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
                      and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid
                        and (d.deptype = 'e' or (d.deptype in ('i', 'a') and c.relkind = 'S')))
                    union all
                    select 'code', p.proname::text, false from pg_proc p where p.pronamespace = n.oid and not exists (
                      select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
                    union all
                    select 'code', t.typname::text, false from pg_type t where t.typnamespace = n.oid
                      and t.typtype in ('d', 'e', 'r') and not exists (select from pg_depend d
                        where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e')) s
                  where n.nspname = %s order by kind = 'history' desc, kind = 'content' desc, name limit %d) s""".formatted(
                        SqlLiteral.of(history.quoted()),
                        SqlLiteral.of(history.table()),
                        HistoryTable.LEDGER,
                        HistoryTable.SNAPSHOT,
                        SqlLiteral.of(history.schema()),
                        LIMIT);
    }

    /** @param rows the rows of the query's result */
    public static ExistingSchema of(List<String[]> rows) {
        return new ExistingSchema(
                names(rows, "content"),
                names(rows, "code"),
                rows.stream()
                        .filter(row -> row[0].equals("history"))
                        .map(row -> new Neighbour(row[1], row[2]))
                        .toList());
    }

    private static List<String> names(List<String[]> rows, String kind) {
        return rows.stream()
                .filter(row -> row[0].equals(kind))
                .map(row -> row[1])
                .toList();
    }

    /** Empty if the schema does not exist. */
    public static ExistingSchema read(Connection connection, HistoryTable history) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = HistoryTable.query(statement, question(history))) {
            var rows = new ArrayList<String[]>();
            while (result.next()) {
                rows.add(new String[] {result.getString(1), result.getString(2), result.getString(3)});
            }
            return of(rows);
        }
    }

    /** Whether the schema has content that does not belong to this run unless the settings adopt it. */
    public boolean isOccupied() {
        return !content.isEmpty() && neighbours.isEmpty();
    }

    /** The names of everything in it, regardless of owner; empty if the schema is new. */
    public List<String> everything() {
        return Stream.of(content, neighbours.stream().map(Neighbour::table).toList(), code)
                .flatMap(List::stream)
                .toList();
    }

    /** The history that seems to be this one, under another name. */
    Optional<Neighbour> twinOf(MigrationFolder folder) {
        return neighbours.stream().filter(each -> each.isOf(folder)).findFirst();
    }

    /**
     * The history as it will be once {@code migrate} has adopted the schema; empty if there is nothing to adopt.
     *
     * @param baseline the version up to which its migrations are applied already
     */
    public List<HistoryRow> adopted(Optional<String> baseline) {
        return content.isEmpty()
                ? List.of()
                : baseline.flatMap(MigrationVersion::parse).map(HistoryRow::baseline).stream()
                        .toList();
    }
}
