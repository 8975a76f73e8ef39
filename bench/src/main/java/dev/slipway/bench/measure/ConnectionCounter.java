package dev.slipway.bench.measure;

import dev.slipway.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the connections to a database every few milliseconds, and keeps the largest number. */
public final class ConnectionCounter implements AutoCloseable {
    private final Connection connection;
    private final AtomicInteger peak = new AtomicInteger();
    private final Thread thread;
    private volatile boolean stopped;

    public ConnectionCounter(TestDatabase database) throws SQLException {
        connection = database.server().connectAsSuperuser("postgres");
        thread = new Thread(() -> count(database.name()), "count connections");
        thread.setDaemon(true);
        thread.start();
    }

    public int peak() {
        return peak.get();
    }

    private void count(String database) {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT count(*) FROM pg_stat_activity WHERE datname = ?")) {
            query.setString(1, database);
            while (!stopped) {
                try (ResultSet result = query.executeQuery()) {
                    result.next();
                    peak.accumulateAndGet(result.getInt(1), Math::max);
                }
                Thread.sleep(5);
            }
        } catch (SQLException | InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws SQLException {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        connection.close();
    }
}
