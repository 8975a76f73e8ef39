package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The settings that make the server end the session of a dead replica are set while a session may hold the lock.
 * {@link CutNetworkIT} and {@link FrozenHolderIT} test their effect, but cannot distinguish the settings.
 */
class DeadClientSettingsIT {
    private static final String ESTABLISHED = "01";
    private static final String KEEPALIVE_TIMER = "02";
    private static final long TICKS_A_SECOND = 100;

    private static final String SETTINGS = "select name || '=' || setting from pg_settings where name ~"
            + " '^(tcp_keepalives_(idle|interval|count)|tcp_user_timeout|client_connection_check_interval"
            + "|idle_session_timeout|idle_in_transaction_session_timeout)$'";

    private static final List<String> EXPECTED = List.of(
            "client_connection_check_interval=1000",
            "idle_in_transaction_session_timeout=20000",
            "idle_session_timeout=90000",
            "tcp_keepalives_count=3",
            "tcp_keepalives_idle=10",
            "tcp_keepalives_interval=5",
            "tcp_user_timeout=20000");

    private static final String SWITCH_OFF = """
            set tcp_keepalives_idle = 0; set tcp_keepalives_interval = 0; set tcp_keepalives_count = 0;
            set tcp_user_timeout = 0; set client_connection_check_interval = 0;
            set idle_session_timeout = 0; set idle_in_transaction_session_timeout = 0;
            """;

    @TempDir
    private Path folder;

    @PostgresTest
    void theyHoldInEveryScriptWhateverTheOneBeforeHasSet(TestDatabase database) {
        database.execute("create schema found; create table found.settings (script text, setting text)");
        String offOnTheServer = SWITCH_OFF.replace("set ", "alter database \"" + database.name() + "\" set ");
        offOnTheServer
                .lines()
                .flatMap(line -> List.of(line.split(";")).stream())
                .filter(sql -> !sql.isBlank())
                .forEach(database.server()::execute);
        Scripts scripts = Scripts.in(folder)
                .with("V1__transaction.sql", note("1") + SWITCH_OFF)
                .with("V2__alone.sql", note("2") + SWITCH_OFF)
                .with("V2__alone.sql.conf", "executeInTransaction=false")
                .with("V3__index.sql", "create index concurrently on found.settings (script);")
                .with("V4__transaction.sql", note("4"));
        Migrator.of(database, scripts, folder).run().expect(ExitCode.OK);
        for (String script : List.of("1", "2", "4")) {
            assertThat(database.rows("select setting from found.settings where script = '" + script + "' order by 1"))
                    .as("version " + script)
                    .isEqualTo(EXPECTED);
        }
    }

    /** If no script runs, they are set together with the lock. */
    @PostgresTest(onOneMajor = true)
    void theyHoldForACommandThatOnlyTakesTheLock(TestDatabase database) throws SQLException {
        database.execute("create schema found; create table found.settings (setting text)");
        try (Connection superuser = database.connectAsSuperuser();
                Statement statement = superuser.createStatement()) {
            statement.execute("create function found.note() returns event_trigger language plpgsql as $$ begin"
                    + " insert into found.settings " + SETTINGS + "; end $$");
            statement.execute("create event trigger note on ddl_command_start execute function found.note()");
            Migrator.of(database, Scripts.in(folder).with("V1__orders.sql", "select 1;"), folder)
                    .with(Setting.BASELINE_VERSION, "1")
                    .run("baseline")
                    .expect(ExitCode.OK);
            statement.execute("drop event trigger note");
        }
        assertThat(database.rows("select distinct setting from found.settings order by 1"))
                .isEqualTo(EXPECTED);
    }

    /** Linux only; otherwise the first probe would come after two hours. */
    @PostgresTest(onOneMajor = true)
    @EnabledOnOs(OS.LINUX)
    void theKernelOfAReplicaThatWaitsForTheServerAsksEveryTenSeconds(TestDatabase database) {
        Scripts scripts = Scripts.in(folder).with("V1__long.sql", "select pg_sleep(600);");
        try (Replica replica = Migrator.of(database, scripts, folder).start("api-0")) {
            Eventually.runs(database, "select pg_sleep");
            int port = Integer.parseInt(database.query("select client_port from pg_stat_activity where"
                    + " application_name = '" + replica.applicationName() + "' and query like 'select pg_sleep%'"));
            Eventually.that(
                    "a keepalive timer of at most 10 s on the connection from port " + port,
                    () -> keepaliveTicks(port)
                            .filter(ticks -> ticks <= 10 * TICKS_A_SECOND)
                            .isPresent());
        }
    }

    /**
     * The time until the kernel's next probe; empty if no such timer runs for an established connection from this port.
     */
    private static Optional<Long> keepaliveTicks(int localPort) {
        try (Stream<String> tcp = Files.lines(Path.of("/proc/net/tcp"));
                Stream<String> tcp6 = Files.lines(Path.of("/proc/net/tcp6"))) {
            return Stream.concat(tcp, tcp6)
                    .map(line -> line.strip().split("\\s+"))
                    .filter(fields -> fields[1].endsWith(":%04X".formatted(localPort)) && fields[3].equals(ESTABLISHED))
                    .map(fields -> fields[5].split(":"))
                    .filter(timer -> timer[0].equals(KEEPALIVE_TIMER))
                    .map(timer -> Long.parseLong(timer[1], 16))
                    .findFirst();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String note(String script) {
        return "insert into found.settings select '" + script + "', s from (" + SETTINGS + ") found (s);\n";
    }
}
