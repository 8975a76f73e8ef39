package dev.slipway.testkit.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** Opens JDBC connections that pg_stat_activity shows as the testkit's. */
final class Connections {
    private Connections() {}

    static Connection open(String jdbcUrl, String user, String password) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("ApplicationName", "testkit");
        return DriverManager.getConnection(jdbcUrl, properties);
    }
}
