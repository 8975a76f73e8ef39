package dev.slipway.migrator.history;

import dev.slipway.migrator.files.Version;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A schema without a history: what lies in it, and the history that it gets when it is adopted. */
public final class ExistingSchema {
    /** One more than is shown, so that it can be said that there is more. */
    private static final int LIMIT = 6;

    private ExistingSchema() {}

    /**
     * Asks for tables, views, sequences and materialised views that belong to no extension: what a person would call
     * content. By name, perhaps not all.
     *
     * @param schema an SQL expression: a literal, or the mark of a parameter
     */
    public static String question(String schema) {
        return """
                select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = %s and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
                  and not exists (select 1 from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid
                    and d.deptype in ('e', 'i', 'a'))
                order by c.relname limit %d""".formatted(schema, LIMIT);
    }

    /** The answer to the question; empty where the schema is empty or does not exist. */
    public static List<String> content(Connection connection, String schema) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(question("?"))) {
            statement.setString(1, schema);
            try (ResultSet result = statement.executeQuery()) {
                var names = new ArrayList<String>();
                while (result.next()) {
                    names.add(result.getString(1));
                }
                return names;
            }
        }
    }

    /**
     * The history as it is right after {@code migrate} has adopted the schema; empty where it has nothing to adopt.
     *
     * @param baseline the version up to which its migrations are applied already
     */
    public static List<HistoryRow> adopted(List<String> content, Optional<String> baseline) {
        return content.isEmpty()
                ? List.of()
                : baseline.flatMap(Version::parse).map(HistoryRow::baseline).stream()
                        .toList();
    }
}
