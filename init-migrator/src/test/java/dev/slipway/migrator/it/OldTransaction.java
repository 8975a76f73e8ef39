package dev.slipway.migrator.it;

import dev.slipway.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Another client with a transaction that stays open: a report that runs for hours, or a person who went to lunch. What
 * builds an index concurrently waits for its snapshot; what alters its table waits for its lock.
 */
final class OldTransaction implements AutoCloseable {
    private final Connection connection;

    private OldTransaction(Connection connection) {
        this.connection = connection;
    }

    /** @param sql what it has done before it went idle */
    static OldTransaction that(TestDatabase database, String sql) {
        try {
            Connection connection = database.connect();
            try (Statement statement = connection.createStatement()) {
                statement.execute("set application_name = 'monthly-report'");
                connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                connection.setAutoCommit(false);
                statement.execute(sql);
            }
            return new OldTransaction(connection);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    static OldTransaction withASnapshot(TestDatabase database) {
        return that(database, "select 1");
    }

    /** Does something while the transaction is open, then commits. */
    void during(Runnable something) {
        try (this) {
            something.run();
        }
    }

    /** Commits; once is enough. */
    void end() {
        close();
    }

    @Override
    public void close() {
        try (connection) {
            if (!connection.isClosed()) {
                connection.commit();
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
