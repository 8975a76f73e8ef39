package dev.slipway.migrator.it;

import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** The server's side of the replicas: their sessions, and the processes that serve them. */
final class Sessions {
    private Sessions() {}

    /** Waits until the server has ended every session of this replica. */
    static void awaitNone(TestDatabase database, Replica replica) {
        Eventually.that(
                "the end of the session of " + replica.pod(),
                () -> of(database, replica).isEmpty());
    }

    /** Waits until a session of this replica is in this state, as {@code pg_stat_activity} names it. */
    static void awaitState(TestDatabase database, Replica replica, String state) {
        Eventually.that(
                "a session of " + replica.pod() + " that is " + state,
                () -> of(database, replica).stream().anyMatch(session -> session.endsWith("|" + state)));
    }

    /** The server process of the session that holds the migration lock. */
    static String holder(TestDatabase database) {
        return database.query("select pid from pg_locks where locktype = 'advisory' and objsubid = 2 and granted"
                + " and database = (select oid from pg_database where datname = current_database())");
    }

    static void signal(String serverProcess, Signal signal) {
        try {
            Process kill = new ProcessBuilder("sh", "-c", "kill -s \"$0\" \"$1\"", signal.name(), serverProcess)
                    .inheritIO()
                    .start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("SIG" + signal + " did not reach " + serverProcess);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private static List<String> of(TestDatabase database, Replica replica) {
        return database.rows("select pid, state from pg_stat_activity where datname = current_database()"
                + " and application_name = '" + replica.applicationName() + "'");
    }
}
