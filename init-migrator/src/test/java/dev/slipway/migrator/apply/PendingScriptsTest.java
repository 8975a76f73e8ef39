package dev.slipway.migrator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.OutOfOrder;
import dev.slipway.contract.Phase;
import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.files.Checksum;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.flyway.FlywayPlaceholders;
import dev.slipway.migrator.history.Comparison;
import dev.slipway.migrator.history.HistoryComparison;
import dev.slipway.migrator.history.HistoryRow;
import dev.slipway.migrator.ledger.OpenAttempts;
import dev.slipway.migrator.session.DatabaseIdentity;
import dev.slipway.migrator.sql.SqlStatement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.api.callback.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused before anything runs, by every command. */
class PendingScriptsTest {
    @TempDir
    private Path sql;

    private Map<String, String> env = Map.of("SLIPWAY_PLACEHOLDERS", "shop=north,quote=a''b");

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "select '${nowhere}'~line 1: the placeholder ${nowhere} has no value",
                "select 1;\\r\\n-- in a comment: ${nowhere}~line 2: the placeholder ${nowhere} has no value",
                "select 1; /* ${ nowhere } */~line 1: the placeholder ${ nowhere } has no value",
                "select '${}'~line 1: the placeholder ${} has no value",
                "select $$ ${flyway:nothing} $$~line 1: the placeholder ${flyway:nothing} has no value",
                "select '${shop}', '${unclosed~the placeholder",
                "select 'open~line 1: the text that starts here is never closed",
                "create table t (i int);\\nvacuum t~line 2: VACUUM cannot run inside a transaction block, but other",
                "insert into t values (1);\\n\\tCREATE /* */ DATABASE d~line 2: CREATE DATABASE cannot run inside",
                "ALTER\\tSYSTEM SET x = 1; select 1~line 1: ALTER SYSTEM cannot run inside",
                "select 1;\\r\\nReIndex (concurrently) table t~line 2: REINDEX CONCURRENTLY cannot run inside",
                "create table t (i int);\\ncreate index concurrently ti on t (i)~line 2: CREATE INDEX CONCURRENTLY cannot",
                "set\\ttransaction read only; vacuum t~line 1: VACUUM cannot run inside",
                "begin;\\nselect 1;\\nrollback~line 3: ROLLBACK starts or ends a transaction by itself",
                "-- why\\nBegin Isolation Level Serializable;\\nselect 1; end~line 2: BEGIN with a mode starts or ends",
                "begin; select 1;\\n/* */ commit\\tand chain~line 2: COMMIT AND CHAIN starts or ends",
                "start transaction;\\nselect 1~line 1: the transaction that begins here is never committed",
                "begin; select 1; commit;\\nselect 2~line 2: comes after the COMMIT in line 1",
                "begin;\\nvacuum t;\\ncommit~line 2: VACUUM cannot run inside a transaction block, but line 1 begins one",
                "select 1;\\ncommit~line 2: COMMIT starts or ends a transaction by itself",
                "select 1;\\nabort~line 2: ABORT starts or ends",
                "select 1; prepare transaction 'x'~line 1: PREPARE TRANSACTION starts or ends"
            })
    void aPendingScriptThatCannotRun(String text, String expected) throws Exception {
        write("V1__first.sql", "create table first (i int)");
        write("V2__bad.sql", text.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t"));
        RunFailure refusal = pending().refusal().orElseThrow();
        assertThat(refusal.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(refusal.sentence())
                .startsWith("1 problem in the pending migrations:\n  " + sql.resolve("V2__bad.sql"))
                .contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "begin; create table t (i int); commit",
                "SET\tx = 1; CREATE INDEX CONCURRENTLY i ON t (x)",
                "set/**/ x = 1;\r\nselect set_config('y', '', false); vacuum t; reset x",
                "savepoint a; select 1; rollback to a; release a",
                "commit prepared 'x'",
                "select '${shop}' -- ${flyway:user} ${flyway:database} ${flyway:table} ${flyway:timestamp}",
                "select '${flyway:defaultSchema} ${flyway:filename} ${flyway:workingDirectory} ${flyway:environment}'",
                "select '${quote}'",
                "alter type color add value 'green'; select 1",
                "do 'begin commit; end'"
            })
    void aPendingScriptThatCanRun(String text) throws Exception {
        write("V1__good.sql", text);
        assertThat(pending().refusal()).isEmpty();
        assertThat(pending().scripts()).hasSize(1);
    }

    @Test
    void placeholdersAreReplacedInWhatIsLookedAt() throws Exception {
        write(
                "V1__a.sql",
                "create table ${shop} (u text default '${flyway:user}', f text default '${flyway:filename}')");
        assertThat(pending().scripts().get(0).sql().statements())
                .extracting(SqlStatement::text)
                .containsExactly("create table north (u text default 'app', f text default 'V1__a.sql')");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "beforeEachMigrate.sql~begin; select 1; commit~line 1: BEGIN starts or ends a transaction by itself, but this"
                        + " callback runs inside",
                "afterEachMigrateStatement__x.sql~vacuum~line 1: VACUUM cannot run inside a transaction block, but this callback",
                "beforeMigrate.sql~select 1; rollback~line 1: ROLLBACK starts or ends",
                "afterMigrate__x.sql~select '${nowhere}'~line 1: the placeholder ${nowhere} has no value",
                "afterVersioned.sql~create table t (i int); vacuum t~line 1: VACUUM cannot run inside",
                "beforeValidate.sql~select 'open~line 1: the text that starts here is never closed"
            })
    void aCallbackThatCannotRun(String name, String text, String expected) throws Exception {
        write("V1__first.sql", "create table first (i int)");
        write(name, text);
        assertThat(pending().refusal().orElseThrow().sentence()).contains(name + " " + expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "beforeMigrate.sql~begin; select 1; commit",
                "afterMigrate.sql~vacuum",
                "afterUndo.sql~rollback",
                "beforeEachMigrate.sql~savepoint a; release a"
            })
    void aCallbackThatCanRun(String name, String text) throws Exception {
        write("V1__first.sql", "create table first (i int)");
        write(name, text);
        assertThat(pending().refusal()).isEmpty();
    }

    @Test
    void undoScriptsOfPendingVersionsAndLongVersionsAreLookedAt() throws Exception {
        write("V1__first.sql", "create table first (i int)");
        write("U1__first.sql", "drop table first; rollback");
        write("V" + "1".repeat(60) + "__long.sql", "select 1");
        assertThat(pending().refusal().orElseThrow().sentence())
                .contains("2 problems in the pending migrations", "U1__first.sql line 1: ROLLBACK starts")
                .contains("__long.sql has a version of 60 characters; expected at most 50");
    }

    @Test
    void nothingIsReadIfNothingIsPending() throws Exception {
        write("V1__applied.sql", "select '${nowhere}'; rollback");
        write("R__views.sql", "select 1; rollback");
        write("beforeMigrate.sql", "rollback");
        PendingScripts read = pending(applied("1", "V1__applied.sql"), applied("", "R__views.sql"));
        assertThat(read.refusal()).isEmpty();
        assertThat(read.pending()).isEmpty();
    }

    /** Only the text with its placeholders replaced shows a change, because Flyway's checksum covers that text. */
    @Test
    void aRepeatableWithPlaceholdersIsPendingIfItsReplacedTextHasChanged() throws Exception {
        write("R__views.sql", "select '${shop}'; rollback");
        HistoryRow same = applied("", "R__views.sql", "select 'north'; rollback");
        assertThat(pending(same).refusal()).isEmpty();
        HistoryRow other = applied("", "R__views.sql", "select 'south'; rollback");
        assertThat(pending(other).refusal().orElseThrow().sentence()).contains("R__views.sql line 1: ROLLBACK");
    }

    /** Flyway computes each checksum from the replaced text, applied or not, and fails if a value is missing. */
    @Test
    void anAppliedRepeatableWithoutAValueStopsWhatIsPending() throws Exception {
        write("R__views.sql", "select '${nowhere}'");
        write("V1__next.sql", "select 1");
        assertThat(pending(applied("", "R__views.sql", "select 'x'"))
                        .refusal()
                        .orElseThrow()
                        .sentence())
                .contains("R__views.sql line 1: the placeholder ${nowhere} has no value");
    }

    /** A volume that is still being filled, or a file that an editor saves meanwhile. */
    @Test
    void whatIsExecutedIsWhatTheChecksumIsOf() throws Exception {
        write("V1__first.sql", "select 1");
        write("V2__second.sql", "select 2");
        write("U2__second.sql", "select 3");
        Settings settings = settings();
        MigrationFolder folder = folder(settings);
        write("V1__first.sql", "select 1; drop table orders");
        write("U2__second.sql", "drop table orders");
        assertThat(pending(settings, folder).refusal().orElseThrow().sentence())
                .contains("V1__first.sql cannot be read: it changed after the folder was read")
                .contains("U2__second.sql cannot be read: it changed after the folder was read");
    }

    @Test
    void whatItCallsCallbacksIsWhatFlywayCallsThem() {
        List<String> known = Arrays.stream(Event.values()).map(Event::getId).toList();
        assertThat(known).containsAll(PendingScripts.CALLED);
        assertThat(PendingScripts.CALLED).containsAll(PendingScripts.INSIDE);
    }

    private PendingScripts pending(HistoryRow... rows) throws SQLException {
        Settings settings = settings();
        return pending(settings, folder(settings), rows);
    }

    private Settings settings() {
        var problems = new Problems();
        var all = new HashMap<>(env);
        all.put(Setting.MIGRATIONS.env(), sql.toString());
        Settings settings = Settings.fromEnv(all, problems);
        assertThat(problems.list()).isEmpty();
        return settings;
    }

    private static MigrationFolder folder(Settings settings) {
        var problems = new Problems();
        MigrationFolder folder = MigrationFolder.read(settings, problems, new Problems());
        assertThat(problems.list()).isEmpty();
        return folder;
    }

    private static PendingScripts pending(Settings settings, MigrationFolder folder, HistoryRow... rows)
            throws SQLException {
        Comparison comparison = HistoryComparison.of(folder, List.of(rows), Phase.ALL, OutOfOrder.REFUSE);
        var placeholders = new FlywayPlaceholders(settings, () -> new DatabaseIdentity("app", "shop"));
        return PendingScripts.read(folder, comparison, placeholders, OpenAttempts.NONE, false);
    }

    private HistoryRow applied(String version, String script) throws IOException {
        return applied(version, script, Files.readString(sql.resolve(script)));
    }

    private static HistoryRow applied(String version, String script, String text) {
        String description = script.replaceAll(".*__|\\.sql", "");
        return new HistoryRow(
                version.isEmpty() ? 2 : 1,
                dev.slipway.migrator.files.MigrationVersion.parse(version),
                version,
                description,
                "SQL",
                script,
                Optional.of(Checksum.of(text.getBytes(StandardCharsets.UTF_8))),
                "app",
                "now",
                1,
                true);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(sql.resolve(name), text);
    }
}
