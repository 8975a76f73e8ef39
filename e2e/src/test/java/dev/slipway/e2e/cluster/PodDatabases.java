package dev.slipway.e2e.cluster;

import dev.slipway.testkit.kubernetes.GivenCluster;
import dev.slipway.testkit.kubernetes.KubernetesCluster;
import dev.slipway.testkit.postgres.Major;
import dev.slipway.testkit.postgres.PostgresServer;
import dev.slipway.testkit.postgres.TestDatabase;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Databases that pods reach: on a server of our own if the pods run here, otherwise on a given one. */
public interface PodDatabases extends AutoCloseable {
    /** The variable that names a server which the pods of a given cluster reach. */
    String VARIABLE = "SLIPWAY_E2E_DATABASE_URL";

    int SHORTEST_PASSWORD = 12;

    String MISSING = GivenCluster.VARIABLE + " is set and " + VARIABLE + " is not; it names, as"
            + " postgres://USER:PASSWORD@HOST:PORT/DATABASE, a server that pods and this machine reach, with a user who may"
            + " create databases";

    /** One of them, empty at first. */
    interface PodDatabase {
        /** {@code postgres://…} with user and password, so not for logs. */
        String url();

        String password();

        /** The rows as text, with their columns separated by "|". */
        List<String> rows(String sql);

        /** The first column of the first row; fails if there is no row. */
        default String query(String sql) {
            return rows(sql).get(0);
        }
    }

    PodDatabase create();

    @Override
    void close();

    /** For {@code @EnabledIf}, with {@link #MISSING} as the reason: a given cluster may come without a database. */
    static boolean arePossible() {
        return GivenCluster.find(System.getenv()).isEmpty() || System.getenv().containsKey(VARIABLE);
    }

    static PodDatabases of(KubernetesCluster cluster) {
        return cluster.own().isPresent()
                ? local()
                : given(URI.create(System.getenv().getOrDefault(VARIABLE, "")));
    }

    /** A password such as "postgres" stands in what is printed anyway, and tests look for it there. */
    private static PodDatabases given(URI admin) {
        if (credentials(admin)[1].length() < SHORTEST_PASSWORD) {
            throw new IllegalStateException(
                    "the password in " + VARIABLE + " has less than " + SHORTEST_PASSWORD
                            + " characters; give the user a longer one that is no word, because tests look for it in what is printed");
        }
        return new GivenServer(admin, new ArrayList<>());
    }

    private static PodDatabases local() {
        PostgresServer server = PostgresServer.start(Major.selected().get(0));
        return new PodDatabases() {
            @Override
            public PodDatabase create() {
                return new LocalDatabase(server.createDatabase());
            }

            @Override
            public void close() {
                server.close();
            }
        };
    }

    /** Of the testkit's server. */
    record LocalDatabase(TestDatabase database) implements PodDatabase {
        @Override
        public String url() {
            return database.url();
        }

        @Override
        public String password() {
            return database.password();
        }

        @Override
        public List<String> rows(String sql) {
            return database.rows(sql);
        }
    }

    /** What the variable names; the databases that were made go at the end. */
    record GivenServer(URI admin, List<String> created) implements PodDatabases {
        @Override
        public PodDatabase create() {
            String name = "slipway_e2e_" + UUID.randomUUID().toString().replace("-", "");
            execute(admin, "create database " + name);
            created.add(name);
            return new GivenDatabase(admin.resolve("/" + name));
        }

        @Override
        public void close() {
            created.forEach(name -> execute(admin, "drop database if exists " + name + " with (force)"));
        }

        @Override
        public String toString() {
            return admin.getHost() + ":" + admin.getPort();
        }
    }

    /** One that was made there. */
    record GivenDatabase(URI uri) implements PodDatabase {
        @Override
        public String url() {
            return uri.toString();
        }

        @Override
        public String password() {
            return credentials(uri)[1];
        }

        @Override
        public List<String> rows(String sql) {
            try (Connection connection = connect(uri);
                    Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery(sql)) {
                var rows = new ArrayList<String>();
                while (result.next()) {
                    var columns = new ArrayList<String>();
                    for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                        columns.add(String.valueOf(result.getString(column)));
                    }
                    rows.add(String.join("|", columns));
                }
                return rows;
            } catch (SQLException failed) {
                throw new IllegalStateException(failed.getMessage() + " in: " + sql, failed);
            }
        }

        @Override
        public String toString() {
            return uri.getHost() + ":" + uri.getPort() + uri.getPath();
        }
    }

    private static void execute(URI uri, String sql) {
        try (Connection connection = connect(uri);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed.getMessage() + " in: " + sql, failed);
        }
    }

    private static Connection connect(URI uri) throws SQLException {
        String[] credentials = credentials(uri);
        return DriverManager.getConnection(
                "jdbc:postgresql://" + uri.getHost() + ":" + uri.getPort() + uri.getPath(),
                credentials[0],
                credentials[1]);
    }

    private static String[] credentials(URI uri) {
        return uri.getUserInfo().split(":", 2);
    }
}
