package dev.slipway.migrator.it;

import dev.slipway.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for something that must happen, by checking repeatedly. */
final class Eventually {
    private static final Duration PAUSE = Duration.ofMillis(20);

    private Eventually() {}

    /** @throws AssertionError naming what did not happen */
    static void that(String what, BooleanSupplier happened) {
        long deadline = System.nanoTime() + Migrator.DEADLINE.toNanos();
        while (!happened.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(what + " did not happen within " + Migrator.DEADLINE);
            }
            sleep(PAUSE);
        }
    }

    /** Waits until this query has a row. */
    static void row(TestDatabase database, String sql) {
        that("a row of: " + sql, () -> !database.rows(sql).isEmpty());
    }

    /** Waits until a session of ours executes a statement that begins like this. */
    static void runs(TestDatabase database, String statement) {
        row(
                database,
                "select 1 from pg_stat_activity where datname = current_database() and state = 'active'"
                        + " and application_name like 'slipway/%' and query ilike '" + statement + "%'");
    }

    static void sleep(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }
}
