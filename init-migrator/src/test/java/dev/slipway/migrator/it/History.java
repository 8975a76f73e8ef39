package dev.slipway.migrator.it;

import dev.slipway.testkit.postgres.TestDatabase;
import java.util.List;

/** What a database has recorded about its migrations. */
final class History {
    private History() {}

    /** Versions, or the descriptions of repeatable ones, in the order in which they were applied. */
    static List<String> applied(TestDatabase database) {
        return database.rows("select coalesce(version, description) from flyway_schema_history"
                + " where success order by installed_rank");
    }

    /** Rows of {@code slipway_run} as "script state". */
    static List<String> attempts(TestDatabase database) {
        return database.rows("select script || ' ' || state from slipway_run order by id");
    }

    /** Names of indexes that serve no query. */
    static List<String> invalidIndexes(TestDatabase database) {
        return database.rows("select indexrelid::regclass from pg_index where not indisvalid");
    }
}
