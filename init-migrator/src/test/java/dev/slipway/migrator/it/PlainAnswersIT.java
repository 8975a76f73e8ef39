package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What people read when a run refuses: the exit code, one sentence, the way out; no trace and no secret. */
class PlainAnswersIT {
    private static final String TABLE = "create table orders (id int primary key, note text);\n";

    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeEach
    void writeOneGoodScript() {
        scripts = Scripts.in(folder).with("V1__orders.sql", TABLE);
    }

    @PostgresTest(onOneMajor = true)
    void aWrongPasswordIsSaidAtOnceAndNotRepeated(TestDatabase database) {
        String secret = "n0t-the-passw0rd";
        migrator(database)
                .withEnv("PGPASSWORD", secret)
                .run()
                .expectPlainAnswer(
                        ExitCode.DATABASE_UNREACHABLE,
                        secret,
                        "password authentication failed for user \\\"app\\\"",
                        "\"sqlState\":\"28P01\"",
                        "\"tries\":1");
    }

    @PostgresTest(onOneMajor = true)
    void aPasswordInTheUrlIsNotRepeatedEither(TestDatabase database) throws IOException {
        String secret = "s3cret%2Fpart";
        migrator(database)
                .withoutEnv("PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD")
                .withEnv("DATABASE_URL", "postgres://app:" + secret + "@127.0.0.1:" + closedPort() + "/shop")
                .with(Setting.CONNECT_TIMEOUT, "1s")
                .run()
                .expectPlainAnswer(ExitCode.DATABASE_UNREACHABLE, "s3cret", "app@127.0.0.1", "/shop", "refused");
    }

    @PostgresTest(onOneMajor = true)
    void anUnknownHostIsNamed(TestDatabase database) {
        migrator(database)
                .withEnv("PGHOST", "db.invalid")
                .with(Setting.CONNECT_TIMEOUT, "1s")
                .run()
                .expectPlainAnswer(
                        ExitCode.DATABASE_UNREACHABLE,
                        database.password(),
                        "the host name db.invalid cannot be resolved");
    }

    @PostgresTest(onOneMajor = true)
    void aMissingFolderIsNamed(TestDatabase database) {
        migrator(database)
                .with(Setting.MIGRATIONS, folder.resolve("nowhere").toString())
                .run()
                .expectPlainAnswer(ExitCode.USAGE, database.password(), "nowhere", "does not exist");
    }

    @PostgresTest(onOneMajor = true)
    void anEmptyFolderIsNoReasonToStart(TestDatabase database) {
        migrator(database)
                .with(Setting.MIGRATIONS, Scripts.in(folder, "empty").folder().toString())
                .run()
                .expectPlainAnswer(ExitCode.USAGE, database.password(), "empty", "has no .sql file in it");
    }

    @PostgresTest(onOneMajor = true)
    void everyMisnamedFileIsNamedAndNothingRuns(TestDatabase database) {
        scripts.with("V2_one_underscore.sql", "select 1").with("v3__small_letter.sql", "select 1");
        migrator(database)
                .run()
                .expectPlainAnswer(
                        ExitCode.USAGE,
                        database.password(),
                        "V2_one_underscore.sql",
                        "two underscores",
                        "v3__small_letter.sql");
        assertThat(database.rows("select relname from pg_class where relname in ('orders', 'flyway_schema_history')"))
                .isEmpty();
    }

    @PostgresTest
    void anErrorNamesFileLineStateAndStatement(TestDatabase database) {
        scripts.with("V2__broken.sql", """
                -- the first line

                create table fine (id int);
                -- a comment on the next statement
                /* and another one */

                insert into nowhere values (1);
                create table never (id int);
                """);
        migrator(database)
                .run()
                .expectPlainAnswer(
                        ExitCode.MIGRATION_FAILED,
                        database.password(),
                        "V2__broken.sql, line 7: relation \\\"nowhere\\\" does not exist (SQLSTATE 42P01)",
                        "\"line\":7",
                        "everything it did was rolled back");
        assertThat(History.applied(database)).containsExactly("1");
        assertThat(database.rows("select relname from pg_class where relname in ('fine', 'never')"))
                .isEmpty();
    }

    @PostgresTest(onOneMajor = true)
    void theLineIsThatOfTheMistakeNotOfTheStatement(TestDatabase database) {
        assertLine(database, 7, """
                create table fine (id int);

                create table broken (
                    id    int,
                    note  text,
                    emoji text default '\uD83D\uDE80\uD83D\uDE80',
                    when_ timestampz
                );
                """);
    }

    @PostgresTest(onOneMajor = true)
    void theLineIsRightBelowAndBetweenComments(TestDatabase database) {
        assertLine(database, 7, """
                /* a comment
                   of two lines */

                -- and one of one
                insert into /* one more,
                of two lines */
                    nowhere -- the mistake
                values (1);
                """);
    }

    @PostgresTest(onOneMajor = true)
    void theLineIsRightWithByteOrderMarkAndCarriageReturns(TestDatabase database) {
        assertLine(database, 7, "\uFEFF" + """
                create table fine (id int);

                insert into fine
                select 1;
                insert into fine
                values (2),
                       (nonsense);
                """.replace("\n", "\r\n"));
    }

    @PostgresTest(onOneMajor = true)
    void theLineIsRightAfterInlineDataAndDollarQuotes(TestDatabase database) {
        assertLine(database, 12, """
                create table fine (id int, note text);
                copy fine from stdin;
                1\tone
                2\ttwo;
                \\.
                create function twice(n int) returns int language sql as $$
                    select n
                         * 2; -- the body
                $$;
                select twice(1);
                select
                    1 / 0;
                """.replace("1 / 0", "twice('x')"));
    }

    @PostgresTest(onOneMajor = true)
    void anErrorWithoutAPositionHasTheLineOfItsStatement(TestDatabase database) {
        assertLine(database, 3, "create table fine (id int);\n\nselect\n 1\n/ 0;\n");
    }

    @PostgresTest(onOneMajor = true)
    void aPasswordInsideAScriptIsNotRepeated(TestDatabase database) {
        scripts.with("V2__role.sql", "create role reporting login password 'h1dden-in-sql';");
        migrator(database)
                .run()
                .expectPlainAnswer(
                        ExitCode.MIGRATION_FAILED, "h1dden-in-sql", "V2__role.sql, line 1", "create role reporting");
    }

    @PostgresTest(onOneMajor = true)
    void aChangedFileIsNamedWithBothChecksums(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        scripts.with("V1__orders.sql", TABLE + "-- changed");
        migrator(database)
                .run()
                .expectPlainAnswer(
                        ExitCode.HISTORY_DIFFERS,
                        database.password(),
                        "V1__orders.sql",
                        "was changed after it was applied",
                        database.query("select checksum from flyway_schema_history"));
    }

    private void assertLine(TestDatabase database, int line, String sql) {
        scripts.with("V2__broken.sql", sql);
        migrator(database)
                .run()
                .expectPlainAnswer(
                        ExitCode.MIGRATION_FAILED, database.password(), "V2__broken.sql, line " + line + ": ");
        assertThat(History.applied(database)).containsExactly("1");
    }

    private Migrator migrator(TestDatabase database) {
        return Migrator.of(database, scripts, folder);
    }

    private static int closedPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
