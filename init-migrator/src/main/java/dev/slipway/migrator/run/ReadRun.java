package dev.slipway.migrator.run;

import dev.slipway.contract.Setting;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.failure.UnexpectedSql;
import dev.slipway.migrator.lock.LockedTable;
import dev.slipway.migrator.lock.WaitForLock;
import dev.slipway.migrator.session.Terminated;
import java.sql.Connection;
import java.sql.SQLException;

/** Runs the read-only commands: one connection, no lock, and explained database errors. */
public final class ReadRun {
    /** @param <T> what was seen */
    public interface Look<T> {
        T at(Connection connection) throws SQLException;
    }

    private ReadRun() {}

    /** @throws RunFailure if the database is not reachable, refuses, or its history stays locked for wait-timeout */
    public static <T> T look(RunContext context, Look<T> look) {
        var waiting = new WaitForLock(context.settings().get(Setting.WAIT_TIMEOUT), context.log());
        while (true) {
            try (Connection connection = context.connector().connect()) {
                context.termination().watch(connection);
                return lookAt(connection, context, look);
            } catch (LockedTable locked) {
                waiting.lockedBy(locked);
            } catch (SQLException failure) {
                throw UnexpectedSql.explain(failure, context.connector().describe());
            } finally {
                context.termination().watch(null);
            }
            if (context.termination().sleep(waiting.nextPause())) {
                throw new Terminated();
            }
        }
    }

    private static <T> T lookAt(Connection connection, RunContext context, Look<T> look) throws SQLException {
        try {
            return look.at(connection);
        } catch (SQLException failure) {
            throw LockedTable.explain(failure, connection, context.table());
        }
    }
}
