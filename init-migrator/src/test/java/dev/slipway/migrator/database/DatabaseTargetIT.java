package dev.slipway.migrator.database;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Settings;
import dev.slipway.testkit.postgres.PostgresServer;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connects to a real server through the real driver with the target that was read. */
@PostgresTest
class DatabaseTargetIT {
    /** Nothing that SASLprep would change or refuse. */
    private static final String PASSWORD = " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~äß€😀";

    private static final String ODD_NAME = "o'hara & \"söhne\"/1+1?x=y";

    @TempDir
    Path folder;

    @Test
    void aPasswordWithEverySpecialCharacterWorksFromEverySource(TestDatabase database) throws Exception {
        withRole(database, "odd", PASSWORD, () -> {
            String server = "127.0.0.1:" + database.server().port() + "/" + database.name();
            String encoded = PercentCode.encode(PASSWORD);
            assertThat(userOf(Map.of("DATABASE_URL", "postgres://odd:" + encoded + "@" + server)))
                    .isEqualTo("odd");
            assertThat(userOf(Map.of("DATABASE_URL", "jdbc:postgresql://" + server + "?user=odd&password=" + encoded)))
                    .isEqualTo("odd");
            assertThat(userOf(Map.of("DATABASE_URL", "postgres://odd@" + server, "PGPASSWORD", PASSWORD)))
                    .isEqualTo("odd");
            Files.writeString(folder.resolve("PGPASSWORD"), PASSWORD + "\n");
            assertThat(userOf(Map.of(
                            "DATABASE_URL", "postgres://odd@" + server, "SLIPWAY_DATABASE_DIR", folder.toString())))
                    .isEqualTo("odd");
        });
    }

    @Test
    void namesOfRolesAndDatabasesMayHoldSpecialCharactersToo(TestDatabase database) throws Exception {
        String quoted = '"' + ODD_NAME.replace("\"", "\"\"") + '"';
        database.server().execute("create database " + quoted);
        try {
            withRole(database, ODD_NAME, "pw", () -> {
                String encoded = PercentCode.encode(ODD_NAME);
                String url = "postgres://" + encoded + ":pw@127.0.0.1:"
                        + database.server().port() + "/" + encoded;
                assertThat(userOf(Map.of("DATABASE_URL", url))).isEqualTo(ODD_NAME);
            });
        } finally {
            database.server().execute("drop database " + quoted);
        }
    }

    @Test
    void aRotatedPasswordIsUsedForTheNextConnection(TestDatabase database) throws Exception {
        withRole(database, "rotating", "first", () -> {
            Path file = Files.writeString(folder.resolve("DATABASE_URL"), url(database, "rotating", "first"));
            Map<String, String> env = Map.of("SLIPWAY_DATABASE_DIR", folder.toString());
            CurrentTarget target =
                    requireNonNull(CurrentTarget.read(Settings.fromEnv(env, new Problems()), env, new Problems()));
            assertThat(userOf(target.next())).isEqualTo("rotating");

            database.server().execute("alter role rotating password 'second'");
            Files.writeString(file, url(database, "rotating", "second"));

            assertThat(userOf(target.next())).isEqualTo("rotating");
        });
    }

    @Test
    void aDeadHostIsPassedOver(TestDatabase database) throws Exception {
        int dead;
        try (var free = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            dead = free.getLocalPort();
        }
        var env = new java.util.HashMap<>(database.env());
        env.put("PGHOST", "127.0.0.1,127.0.0.1");
        env.put("PGPORT", dead + "," + database.server().port());
        assertThat(userOf(env)).isEqualTo(PostgresServer.OWNER);
    }

    private interface Body {
        void run() throws Exception;
    }

    private static void withRole(TestDatabase database, String role, String password, Body body) throws Exception {
        String quoted = '"' + role.replace("\"", "\"\"") + '"';
        database.server().execute("create role " + quoted + " login password '" + password.replace("'", "''") + "'");
        try {
            body.run();
        } finally {
            database.server().execute("drop role " + quoted);
        }
    }

    private static String url(TestDatabase database, String user, String password) {
        return "postgres://" + user + ":" + password + "@127.0.0.1:"
                + database.server().port() + "/" + database.name();
    }

    private static String userOf(Map<String, String> env) throws SQLException {
        return userOf(read(env));
    }

    private static String userOf(DatabaseTarget target) throws SQLException {
        try (Connection connection = DriverManager.getConnection(target.jdbcUrl(), target.jdbcProperties("test"));
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select current_user")) {
            result.next();
            return result.getString(1);
        }
    }

    private static DatabaseTarget read(Map<String, String> env) {
        var problems = new Problems();
        DatabaseTarget target = DatabaseTarget.read(Settings.fromEnv(env, problems), env, problems);
        assertThat(problems.list()).isEmpty();
        return requireNonNull(target);
    }
}
