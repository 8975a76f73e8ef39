package dev.slipway.migrator.preflight;

import static dev.slipway.migrator.preflight.PreflightRun.finding;
import static dev.slipway.migrator.preflight.PreflightRun.findings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.PreflightCheck;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.history.HistoryVerdict.Objection;
import dev.slipway.migrator.lock.LockKey;
import dev.slipway.migrator.plan.PlannedScript;
import dev.slipway.migrator.report.Terminal;
import dev.slipway.migrator.sql.SqlScript;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the pre-flight reports for databases of ordinary servers. */
@PostgresTest
class PreflightIT {
    private static final HistoryTable HISTORY = new HistoryTable("public", "flyway_schema_history");

    private static final String CREATE_HISTORY = """
            create table flyway_schema_history (installed_rank int primary key, version varchar(50),
              description varchar(200) not null, type varchar(20) not null, script varchar(1000) not null, checksum int,
              installed_by varchar(100) not null default current_user, installed_on timestamp not null default now(),
              execution_time int not null default 1, success boolean not null);
            """;

    @Test
    void anEmptyDatabaseOfItsOwnerHasNothingInTheWay(TestDatabase database) {
        PreflightReport report = PreflightRun.of(database).run();

        assertThat(report.exitCode()).as(report.toTable(Terminal.NONE)).isEqualTo(ExitCode.OK);
        assertThat(report.findings())
                .as(report.toTable(Terminal.NONE))
                .allSatisfy(each -> assertThat(each.verdict())
                        .isEqualTo(each.check().equals("restore-point") ? Verdict.SKIPPED : Verdict.PASS))
                .extracting(Finding::check)
                .containsExactly(
                        "reachable",
                        "tls",
                        "server-version",
                        "writable",
                        "privileges",
                        "pooler",
                        "connection-slots",
                        "history",
                        "migrations",
                        "drift",
                        "app-version",
                        "invalid-indexes",
                        "old-transactions",
                        "lock",
                        "dead-client-detection",
                        "restore-point",
                        "hazards");
    }

    @Test
    void nothingIsChangedInTheDatabase(TestDatabase database) {
        PreflightRun.of(database).run();
        assertThat(database.rows("select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                        + " where nspname not in ('pg_catalog', 'information_schema', 'pg_toast')"))
                .isEmpty();
    }

    @Test
    void aWrongPasswordIsNoReasonToWait(TestDatabase database) {
        PreflightReport report =
                PreflightRun.of(database).with("PGPASSWORD", "geheim").run();
        Finding finding = finding(report, "reachable");
        assertThat(report.exitCode()).isEqualTo(ExitCode.DATABASE_UNREACHABLE);
        assertThat(finding.seen()).contains("password authentication failed for user \"app\" (28P01)");
        assertThat(report.toTable(new Terminal(true, null, Optional.empty())) + report)
                .doesNotContain("geheim");
    }

    @Test
    void aMissingPasswordIsNamed(TestDatabase database) {
        PreflightReport report =
                PreflightRun.of(database).with("PGPASSWORD", "").run();
        assertThat(finding(report, "reachable").wayOut())
                .as(report.toTable(Terminal.NONE))
                .startsWith("no password was given: set PGPASSWORD");
    }

    @Test
    void anUnknownDatabaseIsNamed(TestDatabase database) {
        PreflightReport report =
                PreflightRun.of(database).with("PGDATABASE", "shpo").run();
        assertThat(report.exitCode()).isEqualTo(ExitCode.DATABASE_UNREACHABLE);
        assertThat(finding(report, "reachable").seen()).contains("database \"shpo\" does not exist (3D000)");
    }

    @Test
    void aReadOnlyRoleIsRefused(TestDatabase database) {
        database.server()
                .execute("alter role app in database " + database.name() + " set default_transaction_read_only = on");
        PreflightReport report = PreflightRun.of(database).run();
        assertThat(report.exitCode()).isEqualTo(ExitCode.PREFLIGHT_REFUSED);
        assertThat(finding(report, "writable").seen()).startsWith("default_transaction_read_only is on");
    }

    @Test
    void aRoleWithoutCreateIsRefusedWithTheGrantThatHelps(TestDatabase database) throws SQLException {
        withReader(database, "", report -> {
            assertThat(report.exitCode()).isEqualTo(ExitCode.PREFLIGHT_REFUSED);
            assertThat(finding(report, "privileges").wayOut())
                    .isEqualTo("as an administrator: grant usage, create on schema \"public\" to \"reader\"");
        });
    }

    @Test
    void aMissingSchemaNeedsTheRightToCreateIt(TestDatabase database) throws SQLException {
        withReader(
                database,
                "shop",
                report -> assertThat(finding(report, "privileges").wayOut())
                        .isEqualTo("as an administrator: create schema \"shop\" authorization \"reader\""));
        PreflightReport owner = PreflightRun.of(database)
                .with("SLIPWAY_SCHEMA", "shop")
                .with("SLIPWAY_CREATE_SCHEMA", "true")
                .run();
        assertThat(finding(owner, "privileges").seen())
                .isEqualTo("app may create schema shop, which does not exist yet");
    }

    @Test
    void tablesOfOthersAreAWarning(TestDatabase database) throws SQLException {
        try (Connection admin = database.connectAsSuperuser();
                Statement statement = admin.createStatement()) {
            statement.execute("create table public.theirs (id int)");
        }
        PreflightReport report =
                PreflightRun.of(database).with("SLIPWAY_BASELINE_VERSION", "1").run();
        Finding finding = finding(report, "privileges");
        assertThat(finding.verdict()).isEqualTo(Verdict.WARN);
        assertThat(finding.seen()).startsWith("1 of 1 tables in public belong to postgres");
    }

    @Test
    void aFilledSchemaWithoutHistoryIsRefusedUnlessItIsAdopted(TestDatabase database) {
        database.execute("create table orders (id int)");
        PreflightReport refused = PreflightRun.of(database).run();
        assertThat(refused.exitCode()).isEqualTo(ExitCode.HISTORY_DIFFERS);
        assertThat(finding(refused, "history").seen())
                .isEqualTo("schema 'public' has content (orders) but no history table 'flyway_schema_history'");

        PreflightReport adopted =
                PreflightRun.of(database).with("SLIPWAY_BASELINE_VERSION", "1").run();
        assertThat(adopted.exitCode()).isEqualTo(ExitCode.OK);
    }

    @Test
    void theHistoryIsHandedToWhoeverKnowsTheFiles(TestDatabase database) {
        database.execute(CREATE_HISTORY + """
                insert into flyway_schema_history values
                  (1, '1', 'orders', 'SQL', 'V1__orders.sql', 42, 'app', now(), 7, true),
                  (2, null, 'views', 'SQL', 'R__views.sql', null, 'app', now(), 7, true)""");
        PreflightRun run = PreflightRun.of(database);
        run.state = Optional.of(new MigrationState(
                2,
                List.of("V2__x.sql"),
                List.of("V3__y.sql"),
                List.of(),
                List.of(new PlannedScript("V2__x.sql", SqlScript.parse("alter table orders alter id type bigint"))),
                Optional.empty(),
                Optional.of("version 9 is retired"),
                List.of(new Objection(
                        PreflightCheck.DRIFT,
                        new RunFailure(ExitCode.HISTORY_DIFFERS, "all of it", "restore them"),
                        List.of("version 1 was changed", "version 2 is missing")))));
        PreflightReport report = run.run();

        assertThat(run.rows)
                .extracting(row -> row.rank() + " " + row.versionText() + " " + row.script() + " " + row.checksum())
                .containsExactly("1 1 V1__orders.sql Optional[42]", "2  R__views.sql Optional.empty");
        assertThat(report.exitCode()).isEqualTo(ExitCode.HISTORY_DIFFERS);
        assertThat(finding(report, "migrations").seen())
                .isEqualTo("2 applied, 1 pending: V2__x.sql, 1 held for phase contract: V3__y.sql");
        assertThat(findings(report, "drift"))
                .extracting(Finding::seen)
                .containsExactly("version 1 was changed", "version 2 is missing", "version 9 is retired");
        assertThat(finding(report, "hazards").verdict()).isEqualTo(Verdict.WARN);
    }

    @Test
    void aDamagedHistoryIsRefusedWithAllItsDamage(TestDatabase database) {
        database.execute(CREATE_HISTORY + """
                insert into flyway_schema_history (installed_rank, version, description, type, script, success) values
                  (1, '1', 'a', 'SQL', 'V1__a.sql', true), (2, '1', 'a', 'SQL', 'V1__a.sql', true),
                  (3, '2', 'b', 'SQL', 'V2__b.sql', false), (4, '4', 'd', 'CQL', 'V4__d.cql', true)""");
        PreflightReport report = PreflightRun.of(database).run();
        assertThat(report.exitCode()).isEqualTo(ExitCode.PREFLIGHT_REFUSED);
        assertThat(findings(report, "history"))
                .extracting(Finding::seen)
                .satisfiesExactlyInAnyOrder(
                        seen -> assertThat(seen).contains("version 2 (b) (V2__b.sql) is marked as failed"),
                        seen -> assertThat(seen).contains("version 4 (d) (V4__d.cql) has the type CQL"),
                        seen -> assertThat(seen).contains("version 1 (a) was applied twice: ranks 1 and 2"));
    }

    @Test
    void aTableThatIsNoHistoryIsRefused(TestDatabase database) {
        database.execute("create table flyway_schema_history (id int)");
        PreflightReport report = PreflightRun.of(database).run();
        assertThat(report.exitCode()).isEqualTo(ExitCode.PREFLIGHT_REFUSED);
        assertThat(finding(report, "history").seen())
                .contains("is not a history that Flyway wrote: column \"installed_rank\" does not exist (42703)");
    }

    @Test
    void aHistoryThatStaysLockedIsRefusedWithTheSessionThatLocksIt(TestDatabase database) throws SQLException {
        database.execute(CREATE_HISTORY);
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("lock table flyway_schema_history in access exclusive mode");

            PreflightRun run = PreflightRun.of(database).with("SLIPWAY_WAIT_TIMEOUT", "1s");
            PreflightReport report = run.run();

            Finding finding = finding(report, "history");
            assertThat(report.exitCode()).isEqualTo(ExitCode.WAIT_TIMEOUT);
            assertThat(finding.seen())
                    .startsWith("waited for the table flyway_schema_history, which is locked by pid ")
                    .contains("idle in transaction for ");
            assertThat(finding.wayOut()).contains("select pg_terminate_backend(");
            assertThat(finding(report, "dead-client-detection").verdict()).isEqualTo(Verdict.PASS);
            PreflightRun patient = PreflightRun.of(database).with("SLIPWAY_WAIT_TIMEOUT", "2m");
            patient.whenWaiting = () -> end(other);
            assertThat(finding(patient.run(), "history").verdict()).isEqualTo(Verdict.PASS);
            assertThat(patient.progress).isNotEmpty();
        }
    }

    private static void end(Connection transaction) {
        try {
            transaction.rollback();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void anInvalidIndexIsNamedWithTheStatementThatRemovesIt(TestDatabase database) throws SQLException {
        database.execute("create table orders (id int); insert into orders values (1), (1)");
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            assertThat(failureOf(statement, "create unique index concurrently orders_id on orders (id)"))
                    .contains("could not create unique index");
        }
        Finding finding = finding(
                PreflightRun.of(database).with("SLIPWAY_BASELINE_VERSION", "1").run(), "invalid-indexes");
        assertThat(finding.verdict()).isEqualTo(Verdict.WARN);
        assertThat(finding.seen()).isEqualTo("index orders_id of orders is invalid: building it failed once");
        assertThat(finding.wayOut()).startsWith("drop index concurrently orders_id");
    }

    @Test
    void anOldTransactionIsNamedWithoutItsSecrets(TestDatabase database) throws SQLException {
        PreflightRun run = PreflightRun.of(database);
        run.oldTransaction = Duration.ofMillis(1);
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            statement.execute("set application_name = 'reporting'");
            other.setAutoCommit(false);
            statement.execute("select 'geheim' as password, 1 /* password 'geheim' */");

            Finding finding = finding(run.run(), "old-transactions");

            assertThat(finding.verdict()).isEqualTo(Verdict.WARN);
            assertThat(finding.seen()).contains("(reporting), idle in transaction, in a transaction for ");
            assertThat(finding.wayOut()).contains("select pg_terminate_backend(");
            other.rollback();
        }
    }

    @Test
    void sessionsThatThisRoleMayNotLookIntoAreCounted(TestDatabase database) throws SQLException {
        PreflightRun run = PreflightRun.of(database);
        run.oldTransaction = Duration.ofMillis(1);
        try (Connection admin = database.connectAsSuperuser();
                Statement statement = admin.createStatement()) {
            admin.setAutoCommit(false);
            statement.execute("select 1");
            assertThat(finding(run.run(), "old-transactions").seen())
                    .startsWith("none to be seen; 1 session of other roles cannot be looked into");
            admin.rollback();
        }
    }

    @Test
    void theReplicaThatMigratesAtThisMomentIsNamed(TestDatabase database) throws SQLException {
        LockKey key = LockKey.of(HISTORY);
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            statement.execute("set application_name = 'slipway/shop/api-1'");
            statement.execute("select pg_advisory_lock(" + key.namespace() + ", " + key.object() + ")");
            Finding finding = finding(PreflightRun.of(database).run(), "lock");
            assertThat(finding.verdict()).isEqualTo(Verdict.PASS);
            assertThat(finding.seen())
                    .startsWith("another replica is migrating")
                    .contains("slipway/shop/api-1 (pid ");
        }
    }

    @Test
    void aForeignFlywayIsAWarning(TestDatabase database) throws SQLException {
        try (Connection other = database.connect();
                Statement statement = other.createStatement()) {
            statement.execute("select pg_advisory_lock(" + LockKey.flywayKeyOf(HISTORY) + ")");
            Finding finding = finding(PreflightRun.of(database).run(), "lock");
            assertThat(finding.verdict()).isEqualTo(Verdict.WARN);
            assertThat(finding.seen()).startsWith("a Flyway outside Slipway is migrating");
        }
    }

    @Test
    void namesWithQuotesAndBackslashesAreNames(TestDatabase database) {
        database.execute("create schema \"o'\"\"\\\\x\"");
        PreflightReport report =
                PreflightRun.of(database).with("SLIPWAY_SCHEMA", "o'\"\\\\x").run();
        assertThat(report.exitCode()).as(report.toTable(Terminal.NONE)).isEqualTo(ExitCode.OK);
        assertThat(finding(report, "privileges").seen()).isEqualTo("app may create in schema o'\"\\\\x");
    }

    private static void withReader(
            TestDatabase database, String schema, java.util.function.Consumer<PreflightReport> test)
            throws SQLException {
        try (Connection admin = database.connectAsSuperuser();
                Statement statement = admin.createStatement()) {
            statement.execute("create role reader login password 'reader'");
            try {
                statement.execute("revoke create on schema public from public");
                PreflightRun run =
                        PreflightRun.of(database).with("PGUSER", "reader").with("PGPASSWORD", "reader");
                test.accept(run.with("SLIPWAY_SCHEMA", schema)
                        .with("SLIPWAY_CREATE_SCHEMA", "true")
                        .run());
            } finally {
                statement.execute("drop role reader");
            }
        }
    }

    private static String failureOf(Statement statement, String sql) {
        try {
            statement.execute(sql);
            return "none";
        } catch (SQLException failure) {
            return String.valueOf(failure.getMessage());
        }
    }
}
