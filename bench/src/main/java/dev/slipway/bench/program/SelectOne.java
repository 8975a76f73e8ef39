package dev.slipway.bench.program;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;

/** The floor for a program on a JVM: it connects, runs {@code select 1}, and ends. */
public final class SelectOne {
    private SelectOne() {}

    public static void main(String[] args) throws SQLException {
        Map<String, String> env = System.getenv();
        var properties = new Properties();
        properties.setProperty("user", env.getOrDefault("PGUSER", ""));
        properties.setProperty("password", env.getOrDefault("PGPASSWORD", ""));
        String url = "jdbc:postgresql://" + env.get("PGHOST") + ":" + env.get("PGPORT") + "/" + env.get("PGDATABASE");
        try (Connection connection = DriverManager.getConnection(url, properties);
                Statement statement = connection.createStatement()) {
            statement.executeQuery("select 1").close();
        }
    }
}
