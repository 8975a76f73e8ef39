package dev.slipway.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.testkit.process.Program;
import dev.slipway.testkit.process.RunningProcess;
import dev.slipway.testkit.process.Signal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PostgresServerIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    @PostgresTest
    void eachMajorAnswersWithItsOwnVersion(TestDatabase database, PostgresServer server) {
        assertThat(database.query("SHOW server_version_num"))
                .startsWith(Integer.toString(server.major().number()));
    }

    @PostgresTest
    void aWrongPasswordIsRefused(TestDatabase database) {
        assertThatThrownBy(() -> Connections.open(database.jdbcUrl(), database.user(), "wrong"))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        refused -> assertThat(refused.getSQLState()).isEqualTo("28P01"));
    }

    @PostgresTest
    void theOwnerMayCreateTablesAndIsNoSuperuser(TestDatabase database) {
        database.execute("CREATE TABLE t (id int)");
        assertThat(database.query("SELECT tableowner FROM pg_tables WHERE tablename = 't'"))
                .isEqualTo(PostgresServer.OWNER);
        assertThat(database.query("SELECT rolsuper FROM pg_roles WHERE rolname = '" + PostgresServer.OWNER + "'"))
                .isEqualTo("f");
    }

    @PostgresTest
    void aTemplateIsCopied(PostgresServer server) {
        TestDatabase template = server.createDatabase();
        template.execute("CREATE TABLE seed AS SELECT 42 AS answer");
        TestDatabase copy = server.createDatabase(template.name());
        assertThat(copy.query("SELECT answer FROM seed")).isEqualTo("42");
        server.dropDatabase(copy.name());
        server.dropDatabase(template.name());
    }

    @Test
    void settingsOfTheCallerWinOverTheFastDefaults() {
        try (var server = PostgresServer.start(Major.NEWEST, Map.of("fsync", "on", "max_connections", "20"))) {
            TestDatabase database = server.createDatabase();
            assertThat(database.query("SHOW fsync")).isEqualTo("on");
            assertThat(database.query("SHOW max_connections")).isEqualTo("20");
        }
    }

    @Test
    void aRestartKeepsPortAndDataAndEndsSessions() throws SQLException {
        try (var server = PostgresServer.start(Major.OLDEST, Map.of("fsync", "on", "synchronous_commit", "on"))) {
            TestDatabase database = server.createDatabase();
            database.execute("CREATE TABLE kept AS SELECT 1 AS id");
            int port = server.port();
            try (Connection before = database.connect()) {
                server.restart(true);
                assertThat(before.isValid(5)).isFalse();
            }
            server.restart(false);
            assertThat(server.port()).isEqualTo(port);
            assertThat(database.query("SELECT count(*) FROM kept")).isEqualTo("1");
        }
    }

    @Test
    void aBadSettingIsReportedWithTheServersOwnWords() {
        assertThatThrownBy(() -> PostgresServer.start(Major.NEWEST, Map.of("max_connections", "many")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("max_connections");
    }

    @Test
    void closeLeavesNoProcessAndNoFolder() {
        PostgresServer server = PostgresServer.start(Major.NEWEST);
        assertThat(serversOnPort("" + server.port())).isNotEmpty();
        assertThat(server.log()).exists();
        server.close();
        assertThat(serversOnPort("" + server.port())).isEmpty();
        assertThat(server.log().resolveSibling("")).doesNotExist();
    }

    @Test
    void aKilledJvmLeavesNoServerAndNoFolder() {
        Program program = Program.of(
                Program.java().toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ServerUntilKilled.class.getName());
        try (RunningProcess jvm = program.start()) {
            String[] started = jvm.awaitLine("started ", DEADLINE).text().split(" ", -1);
            Path folder = Path.of(started[1]);
            assertThat(serversOnPort(started[2])).isNotEmpty();
            jvm.signal(Signal.KILL);
            jvm.awaitExit(DEADLINE);
            await().atMost(DEADLINE).untilAsserted(() -> {
                assertThat(serversOnPort(started[2])).isEmpty();
                assertThat(folder).doesNotExist();
            });
        }
    }

    private static List<String> serversOnPort(String port) {
        return ProcessHandle.allProcesses()
                .map(each -> each.info().commandLine().orElse(""))
                .filter(command -> command.contains("postgres") && command.endsWith("-p " + port))
                .toList();
    }

    /** A program that starts a server and never ends by itself. */
    static final class ServerUntilKilled {
        private ServerUntilKilled() {}

        public static void main(String[] arguments) throws InterruptedException {
            try (var server = PostgresServer.start(Major.NEWEST)) {
                System.out.println("started " + server.log().resolveSibling("").normalize() + " " + server.port());
                Thread.sleep(Long.MAX_VALUE);
            }
        }
    }
}
