package dev.slipway.migrator.run;

import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.failure.UnexpectedSql;
import java.sql.Connection;
import java.sql.SQLException;

/** The commands that only look: one connection, no lock, and the database's refusals explained. */
final class ReadRun {
    /** @param <T> what was seen */
    interface Look<T> {
        T at(Connection connection) throws SQLException;
    }

    private ReadRun() {}

    /** @throws RunFailure where the database is not reachable, or refuses */
    static <T> T look(RunContext context, Look<T> look) {
        try (Connection connection = context.connector().connect()) {
            context.termination().watch(connection);
            return look.at(connection);
        } catch (SQLException failure) {
            throw UnexpectedSql.explain(failure, context.connector().describe());
        } finally {
            context.termination().watch(null);
        }
    }
}
