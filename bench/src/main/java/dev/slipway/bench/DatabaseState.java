package dev.slipway.bench;

import dev.slipway.bench.migrations.MigrationSet;
import dev.slipway.testkit.postgres.TestDatabase;

/** Whether the migrations did what they should. */
final class DatabaseState {
    private DatabaseState() {}

    static int tables(TestDatabase database) {
        return Integer.parseInt(
                database.query("SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname ~ '^bench_[0-9]+$'"));
    }

    /** "complete", or what is missing. */
    static String describe(TestDatabase database, MigrationSet migrations) {
        int tables = tables(database);
        if (tables != migrations.tables()) {
            return tables + " of " + migrations.tables() + " tables";
        }
        if (!migrations.concurrentIndex()) {
            return "complete";
        }
        String valid = database.query("SELECT coalesce((SELECT indisvalid::text FROM pg_index"
                + " WHERE indexrelid = to_regclass('bench_idx')), 'none')");
        return switch (valid) {
            case "true" -> "complete";
            case "false" -> "index invalid";
            default -> "no index";
        };
    }
}
