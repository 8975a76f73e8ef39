package dev.slipway.testkit.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

/**
 * One database on a server, owned by {@value PostgresServer#OWNER}.
 *
 * @param name safe to use in SQL without quotes
 */
public record TestDatabase(PostgresServer server, String name) {
    /** For JDBC, without credentials. */
    public String jdbcUrl() {
        return server.jdbcUrl(name);
    }

    /** {@code postgres://…} with user and password, so not for logs. */
    public String url() {
        return server.url(name);
    }

    public String user() {
        return PostgresServer.OWNER;
    }

    public String password() {
        return server.ownerPassword();
    }

    /** The same as libpq's variables: PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD. */
    public Map<String, String> env() {
        return Map.of(
                "PGHOST", "127.0.0.1",
                "PGPORT", Integer.toString(server.port()),
                "PGDATABASE", name,
                "PGUSER", user(),
                "PGPASSWORD", password());
    }

    /** A connection of the owner; the caller closes it. */
    public Connection connect() throws SQLException {
        return server.connect(name);
    }

    /** A connection of the superuser; the caller closes it. */
    public Connection connectAsSuperuser() throws SQLException {
        return server.connectAsSuperuser(name);
    }

    /** Runs SQL as the owner; several statements separated by semicolons are one transaction. */
    public void execute(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed.getMessage(), failed);
        }
    }

    /** The first column of the first row as text, "null" for SQL's null; fails if there is no row. */
    public String query(String sql) {
        return Queries.single(this, sql);
    }

    /** The rows as text, with their columns separated by "|". */
    public List<String> rows(String sql) {
        return Queries.rows(this, sql);
    }

    @Override
    public String toString() {
        return name + " on " + server;
    }
}
