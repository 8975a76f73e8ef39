package dev.slipway.migrator.history;

import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.files.MigrationVersion;
import dev.slipway.migrator.sql.SqlLiteral;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A schema in which the history of this run does not exist yet: what lies in it, and whose that is. Immutable.
 *
 * @param content names of tables, views and sequences that no extension brought and no migration tool keeps for itself; by
 *     name, perhaps not all
 * @param neighbours the histories of other services in the same schema
 */
public record ExistingSchema(List<String> content, List<Neighbour> neighbours) {
    /** One more than is shown, so that it can be said that there is more. */
    private static final int LIMIT = 6;

    /**
     * Another history in the schema.
     *
     * @param table its name
     * @param scripts XML with an element for each applied script: its name and checksum; empty if this role may not read it
     */
    public record Neighbour(String table, String scripts) {
        private static final String ROW = "<s>";

        /** Most of its scripts are in the folder; one alone may be an empty first script that both have. */
        boolean isOf(MigrationFolder folder) {
            long rows = scripts.split(ROW, -1).length - 1L;
            long shared = folder.migrations().stream().filter(this::hasApplied).count();
            return shared > 0 && shared * 2 >= rows;
        }

        private boolean hasApplied(MigrationFile file) {
            return scripts.contains(ROW + escaped(file.script()) + " " + file.checksum() + "</s>");
        }

        private static String escaped(String text) {
            return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        }
    }

    public ExistingSchema {
        content = List.copyOf(content);
        neighbours = List.copyOf(neighbours);
    }

    /**
     * Two texts in each row: a name, and for a history, which is known by its columns, the scripts that it has; null for
     * everything else. As XML, since that is the only way for one SELECT to read a table whose name it has to find first. No
     * rows if the history exists.
     *
     * @param history the one that may not exist yet
     */
    public static String question(HistoryTable history) {
        return """
                select relname::text, case when is_history then case when readable then query_to_xml(format(
                    'select script || '' '' || checksum as s from %%I.%%I where success and version is not null',
                    nspname, relname), false, false, '')::text else '' end end
                from (select c.relname, n.nspname, has_table_privilege(c.oid, 'SELECT') readable,
                    c.relkind in ('r', 'p') and 6 = (select count(*) from pg_attribute a where a.attrelid = c.oid
                      and not a.attisdropped and a.attname in
                        ('installed_rank', 'version', 'script', 'checksum', 'installed_on', 'success')) is_history
                  from pg_class c join pg_namespace n on n.oid = c.relnamespace
                  where to_regclass(%s) is null and n.nspname = %s and c.relname <> '%s'
                    and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
                    and not exists (select 1 from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid
                      and d.deptype in ('e', 'i', 'a'))) s
                order by is_history desc, relname limit %d""".formatted(
                        SqlLiteral.of(history.quoted()), SqlLiteral.of(history.schema()), HistoryTable.LEDGER, LIMIT);
    }

    /** @param rows of the answer to the question: a name, and null or the scripts */
    public static ExistingSchema of(List<String[]> rows) {
        var content = new ArrayList<String>();
        var neighbours = new ArrayList<Neighbour>();
        for (String[] row : rows) {
            if (row[1] == null) {
                content.add(row[0]);
            } else {
                neighbours.add(new Neighbour(row[0], row[1]));
            }
        }
        return new ExistingSchema(content, neighbours);
    }

    /** Nothing in it if the schema does not exist. */
    public static ExistingSchema read(Connection connection, HistoryTable history) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(question(history))) {
            var rows = new ArrayList<String[]>();
            while (result.next()) {
                rows.add(new String[] {result.getString(1), result.getString(2)});
            }
            return of(rows);
        }
    }

    /** Whether what lies in it belongs to this run, unless it was said to. */
    public boolean isOccupied() {
        return !content.isEmpty() && neighbours.isEmpty();
    }

    /** The history that seems to be this one, under another name. */
    Optional<Neighbour> twinOf(MigrationFolder folder) {
        return neighbours.stream().filter(each -> each.isOf(folder)).findFirst();
    }

    /**
     * The history as it is right after {@code migrate} has adopted the schema; empty where it has nothing to adopt.
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
