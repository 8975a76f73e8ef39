package dev.slipway.migrator.preflight;

import static dev.slipway.migrator.preflight.PreflightRun.finding;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.migrator.report.Terminal;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pre-flight through a real PgBouncer. */
@PostgresTest
class PoolerProbeIT {
    @TempDir
    Path folder;

    @BeforeEach
    void letPgBouncerIn() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void transactionModeIsProvenAndRefused(TestDatabase database) throws IOException {
        try (var pooler = PgBouncer.start(database, "transaction", folder)) {
            PreflightReport report = PreflightRun.of(pooler.env()).run();
            assertThat(report.exitCode()).as(report.toTable(Terminal.NONE)).isEqualTo(ExitCode.PREFLIGHT_REFUSED);
            assertThat(finding(report, "pooler").verdict()).isEqualTo(Verdict.FAIL);
            assertThat(finding(report, "pooler").seen()).startsWith("a transaction pooler is in between: ");
            assertThat(finding(report, "pooler").wayOut()).contains("DIRECT_URL");
        }
    }

    @Test
    void theQuestionsLeaveNothingSetInTheSharedSessions(TestDatabase database) throws IOException {
        database.execute("create table seen (statement_timeout text, lock_timeout text, probe text)");
        try (var pooler = PgBouncer.start(database, "transaction", folder)) {
            PreflightRun.of(pooler.env()).with("SLIPWAY_BASELINE_VERSION", "1").run();
            try (var connection = java.sql.DriverManager.getConnection(
                            "jdbc:postgresql://127.0.0.1:" + pooler.env().get("PGPORT") + "/" + database.name()
                                    + "?assumeMinServerVersion=8.4&preferQueryMode=simple",
                            database.user(),
                            database.password());
                    var statement = connection.createStatement();
                    var result = statement.executeQuery(
                            "select current_setting('statement_timeout'), current_setting('lock_timeout'),"
                                    + " current_setting('tcp_user_timeout'), coalesce(current_setting('slipway.probe', true), '')")) {
                assertThat(result.next()).isTrue();
                assertThat(result.getString(1)).isEqualTo("0");
                assertThat(result.getString(2)).isEqualTo("0");
                assertThat(result.getString(3)).isEqualTo("0");
                assertThat(result.getString(4)).isEmpty();
            } catch (java.sql.SQLException failed) {
                throw new AssertionError(failed);
            }
        }
    }

    @Test
    void sessionModeIsAWarningAsItKeepsSessionsApart(TestDatabase database) throws IOException {
        try (var pooler = PgBouncer.start(database, "session", folder)) {
            PreflightReport report = PreflightRun.of(pooler.env()).run();
            assertThat(report.exitCode()).as(report.toTable(Terminal.NONE)).isEqualTo(ExitCode.OK);
            assertThat(finding(report, "pooler").verdict()).isEqualTo(Verdict.WARN);
            assertThat(finding(report, "pooler").seen()).startsWith("a pooler or proxy is in between");
        }
    }

    @Test
    void aPoolerThatRefusesStartOptionsIsRecognisedByThat(TestDatabase database) throws IOException {
        try (var pooler = PgBouncer.start(database, "transaction", folder)) {
            PreflightReport report = PreflightRun.of(pooler.env())
                    .with("PGOPTIONS", "-c search_path=public")
                    .run();
            assertThat(report.exitCode()).as(report.toTable(Terminal.NONE)).isEqualTo(ExitCode.PREFLIGHT_REFUSED);
            assertThat(finding(report, "pooler").seen()).contains("unsupported startup parameter: options");
        }
    }
}
