package dev.slipway.testkit.postgres;

import java.time.Duration;
import java.util.List;

/** What a program of ours left behind in a database: sessions and advisory locks. */
final class Leftovers {
    /** A server needs a moment to notice that a client is gone. */
    static final Duration GRACE = Duration.ofSeconds(10);

    private static final String SESSIONS = """
            SELECT 'session ' || pid || ' of ' || application_name || ', ' || coalesce(state, '-') || ', last query: ' || query
            FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE 'slipway%'
            """;

    private static final String LOCKS = """
            SELECT 'advisory lock ' || classid || '/' || objid || ' of session ' || l.pid || ' ' || coalesce(application_name, '')
            FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
            WHERE locktype = 'advisory' AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """;

    private Leftovers() {}

    /** @throws AssertionError naming each leftover that does not go away within the grace period */
    static void assertNone(TestDatabase database, Duration grace) {
        long deadline = System.nanoTime() + grace.toNanos();
        List<String> found = find(database);
        while (!found.isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("left behind in " + database + ":\n  " + String.join("\n  ", found));
            }
            pause();
            found = find(database);
        }
    }

    private static List<String> find(TestDatabase database) {
        return database.rows(SESSIONS + " UNION ALL " + LOCKS);
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for sessions to end", interrupted);
        }
    }
}
