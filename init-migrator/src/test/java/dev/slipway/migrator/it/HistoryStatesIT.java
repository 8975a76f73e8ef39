package dev.slipway.migrator.it;

import static dev.slipway.contract.ExitCode.HISTORY_DIFFERS;
import static dev.slipway.contract.ExitCode.OK;
import static dev.slipway.contract.ExitCode.PREFLIGHT_REFUSED;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;

/**
 * One state of files and history, and one verdict: every command ends with the same exit code, sentence and way out. The
 * tables are the specification.
 */
class HistoryStatesIT {
    private static final List<String> COMMANDS = List.of("preflight", "validate", "status", "plan", "migrate");

    private static final Map<String, String> TWO =
            Map.of("V1__a.sql", "create table a (i int);", "V2__b.sql", "create table b (i int);");

    private static final String HISTORY = """
            create table flyway_schema_history (installed_rank int primary key, version varchar(50),
              description varchar(200) not null, type varchar(20) not null, script varchar(1000) not null, checksum int,
              installed_by varchar(100) not null default 'me', installed_on timestamp not null default now(),
              execution_time int not null default 1, success boolean not null default true);
            insert into flyway_schema_history (installed_rank, version, description, type, script, checksum) values
            """;

    @TempDir
    private Path folder;

    /**
     * One row of the table.
     *
     * @param first what is applied first; none for no history
     * @param sql what happens to the database then
     * @param files what the image contains in the end
     * @param says part of the sentence
     * @param wayOut part of the way out
     */
    private record State(
            String name,
            Map<String, String> first,
            String sql,
            Map<String, String> files,
            ExitCode ends,
            String says,
            String wayOut) {}

    private static State damaged(String name, String sql, String says, String wayOut) {
        return new State(name, TWO, sql, TWO, PREFLIGHT_REFUSED, says, wayOut);
    }

    /** A row like that of version 2, of another kind. */
    private static String row(int rank, String version, String type, String script) {
        return "insert into flyway_schema_history select " + rank + ", " + version + ", 'x', '" + type + "', '" + script
                + "', null, installed_by, installed_on, 1, true from flyway_schema_history where version = '2';";
    }

    @PostgresTest(onOneMajor = true)
    void aDamagedHistory(TestDatabase database) throws IOException {
        judgeAll(
                database,
                List.of(
                        damaged(
                                "failed",
                                "update flyway_schema_history set success = false where version = '2'",
                                "version 2 (b) (V2__b.sql) is marked as failed in the history",
                                "run 'slipway repair'"),
                        damaged(
                                "twice",
                                row(7, "'2'", "SQL", "V2__b.sql"),
                                "was applied twice: ranks 2 and 7 of the history, from V2__b.sql",
                                "delete one of the two rows"),
                        damaged(
                                "twice, spelt otherwise, by a program",
                                row(7, "'2.0'", "JDBC", "db.migration.V2__Fill"),
                                "from V2__b.sql and db.migration.V2__Fill",
                                "delete one of the two rows"),
                        damaged(
                                "strange type",
                                row(3, "'3'", "CQL", "V3__x.cql"),
                                "version 3 (x) (V3__x.cql) has the type CQL",
                                "name one of your own in history-table"),
                        damaged(
                                "type in lower case",
                                row(3, "'3'", "sql", "V3__x.sql"),
                                "has the type sql",
                                "name one of your own in history-table"),
                        damaged(
                                "no version",
                                row(3, "'3-rc1'", "SQL", "V3-rc1__x.sql"),
                                "row 3 of the history (V3-rc1__x.sql) has the version '3-rc1'",
                                "restore the row from a backup"),
                        damaged(
                                "other columns",
                                "drop table flyway_schema_history; create table flyway_schema_history (x int)",
                                "is not a history that Flyway wrote: column \"installed_rank\" does not exist (42703)",
                                "name the right table in history-table"),
                        damaged(
                                "columns of other types",
                                "alter table flyway_schema_history alter success drop not null, alter success type text"
                                        + " using 'perhaps'",
                                "is not a history that Flyway wrote: invalid input syntax for type boolean: \"…\"",
                                "name the right table in history-table"),
                        damaged(
                                "a sequence",
                                "drop table flyway_schema_history; create sequence flyway_schema_history",
                                "is not a history that Flyway wrote",
                                "name the right table in history-table"),
                        damaged(
                                "another's",
                                "revoke all on flyway_schema_history from current_user",
                                "is not readable by this role",
                                "grant select")));
    }

    @PostgresTest(onOneMajor = true)
    void filesThatDoNotFit(TestDatabase database) throws IOException {
        judgeAll(
                database,
                List.of(
                        differs(
                                "changed",
                                Map.of("V1__a.sql", "create table a (i int8);", "V2__b.sql", "create table b (i int);"),
                                "version 1 (a) (V1__a.sql) was changed after it was applied"),
                        differs(
                                "missing",
                                without("V1__a.sql"),
                                "version 1 (a) was applied from V1__a.sql, but that file"),
                        differs(
                                "late",
                                with("V1.5__late.sql", "select 1;"),
                                "version 1.5 (late) (V1.5__late.sql) was never"),
                        differs(
                                "another service's",
                                Map.of(
                                        "V1__users.sql",
                                        "create table users (i int);",
                                        "V2__b.sql",
                                        "create table b (i int);"),
                                "version 1 (users) (V1__users.sql) was applied as 'a', from V1__a.sql"),
                        differs(
                                "squashed beyond what is applied",
                                Map.of("B5__all.sql", "select 1;", "V6__n.sql", "select 1;"),
                                "version 5 (all) (B5__all.sql) stands for all versions up to 5, but the schema is at version 2")));
    }

    private static State differs(String name, Map<String, String> files, String says) {
        return new State(name, TWO, "", files, HISTORY_DIFFERS, says, ExitCode.HISTORY_DIFFERS.wayOut());
    }

    @PostgresTest(onOneMajor = true)
    void aSchemaWithoutAHistory(TestDatabase database) throws IOException {
        Map<String, String> none = Map.of();
        String wayOut = "adopt it with baseline-version";
        String neighbour = "alter table flyway_schema_history rename to old_history; drop table slipway_run;"
                + "alter index flyway_schema_history_pk rename to old_pk; alter index flyway_schema_history_s_idx rename to old_s";
        judgeAll(
                database,
                List.of(
                        new State("empty", none, "", TWO, OK, "", ""),
                        new State(
                                "a table",
                                none,
                                "create table old (i int)",
                                TWO,
                                HISTORY_DIFFERS,
                                "has content (old)",
                                wayOut),
                        new State(
                                "a view",
                                none,
                                "create view \"Old & <new>\" as select 1",
                                TWO,
                                HISTORY_DIFFERS,
                                "has content (Old & <new>)",
                                wayOut),
                        new State("our ledger only", TWO, "drop table a, b, flyway_schema_history", TWO, OK, "", ""),
                        new State(
                                "a renamed history",
                                TWO,
                                neighbour,
                                TWO,
                                HISTORY_DIFFERS,
                                "'old_history' there says that scripts of this folder are applied",
                                "name it in history-table"),
                        new State(
                                "another service's history, with a script of the same name",
                                TWO,
                                neighbour,
                                Map.of("V1__a.sql", "create table mine (i int);"),
                                OK,
                                "",
                                ""),
                        new State(
                                "another service's, unreadable",
                                TWO,
                                neighbour + "; revoke all on old_history from current_user",
                                Map.of("V1__c.sql", "create table c (i int);"),
                                OK,
                                "",
                                "")));
    }

    @PostgresTest(onOneMajor = true)
    void whatEarlierFlywaysWrote(TestDatabase database) throws IOException {
        Map<String, String> none = Map.of();
        Map<String, String> next = Map.of("V3__c.sql", "create table c (i int);");
        List<State> states = new ArrayList<>();
        for (String type : List.of("JDBC", "SPRING_JDBC", "SCRIPT", "CUSTOM")) {
            states.add(new State(
                    type + " among files",
                    TWO,
                    row(3, "'2.5'", type, "db.migration.V2_5__Fill"),
                    with("V3__c.sql", "create table c (i int);"),
                    OK,
                    "",
                    ""));
        }
        states.add(new State(
                "an SQL file stands for a program",
                none,
                HISTORY
                        + "(1, '1', 'Fill', 'JDBC', 'db.migration.V1__Fill', 17), (2, null, 'Views', 'JDBC', 'R__Views', 4)",
                Map.of("V1__other_name.sql", "select 1;", "V2__b.sql", "create table b (i int);"),
                OK,
                "",
                ""));
        states.add(new State(
                "INIT",
                none,
                "create table old (i int);" + HISTORY
                        + "(1, '2', '<< Flyway Init >>', 'INIT', '<< Flyway Init >>', null)",
                next,
                OK,
                "",
                ""));
        states.add(new State(
                "SCHEMA",
                none,
                HISTORY + "(0, null, '<< Flyway Schema Creation >>', 'SCHEMA', '\"public\"', null)",
                next,
                OK,
                "",
                ""));
        states.add(new State(
                "undone",
                TWO,
                "drop table b;" + row(3, "'2'", "UNDO_SQL", "U2__b.sql"),
                with("V3__c.sql", "create table c (i int);"),
                OK,
                "",
                ""));
        states.add(new State(
                "squashed",
                TWO,
                "",
                Map.of("B2__all.sql", "rollback;", "V3__c.sql", "create table c (i int);"),
                OK,
                "",
                ""));
        judgeAll(database, states);
        assertThat(database.rows("select version, type from flyway_schema_history order by installed_rank"))
                .as("of the squashed folder")
                .containsExactly("1|SQL", "2|SQL", "3|SQL");
    }

    @PostgresTest(onOneMajor = true)
    void nothingOfASquashRunsOnAFullSchemaEvenAfterARepair(TestDatabase database) {
        Scripts scripts = written("squash", TWO);
        migrator(database, scripts).run().expect(OK);
        Scripts squashed =
                written("squashed", Map.of("B2__all.sql", "create table a (i int); create table b (i int);"));
        assertThat(migrator(database, squashed)
                        .run("repair", "--yes")
                        .expect(OK)
                        .message())
                .contains("nothing to repair");
        migrator(database, squashed).run().expect(OK);
        assertThat(History.applied(database)).containsExactly("1", "2");

        database.execute("insert into flyway_schema_history select installed_rank + 2, version, description, 'DELETE',"
                + " script, checksum, installed_by, installed_on, 0, true from flyway_schema_history");
        for (String command : List.of("migrate", "preflight", "repair")) {
            assertThat(migrator(database, squashed)
                            .run(command)
                            .expect(HISTORY_DIFFERS)
                            .message())
                    .contains("the schema is not new", "delete the rows of type DELETE");
        }
    }

    /** Each way in which a history can be without what it had, and each thing that can be left. */
    @PostgresTest(onOneMajor = true)
    void aBaselineScriptIsNotTriedOnAFullSchema(TestDatabase database) throws IOException {
        Map<String, String> squashed = Map.of(
                "B2__all.sql",
                "create table ran (i int); create table a (i int); create table b (i int);",
                "V3__c.sql",
                "create table ran (i int);");
        String emptied = "delete from flyway_schema_history;";
        String without = emptied + "drop table a, b;";
        List<String> ways = List.of(
                emptied,
                emptied + "insert into flyway_schema_history values (0, null, '<< Flyway Schema Creation >>', 'SCHEMA',"
                        + " '\"public\"', null, 'me', now(), 0, true)",
                "create table n (like flyway_schema_history including all); drop table flyway_schema_history;"
                        + " alter table n rename to flyway_schema_history",
                without + "create table p (i int) partition by list (i)",
                without + "create function f() returns int language sql as 'select 1'",
                "drop table a, b, slipway_run; alter table flyway_schema_history rename to old_history;"
                        + " alter index flyway_schema_history_pk rename to old_pk;"
                        + " alter index flyway_schema_history_s_idx rename to old_s");
        for (int each = 0; each < ways.size(); each++) {
            judge(
                    database,
                    new State(
                            ways.get(each),
                            TWO,
                            ways.get(each),
                            squashed,
                            HISTORY_DIFFERS,
                            "version 2 (all) (B2__all.sql) makes everything up to version 2 in an empty schema, but this one has ",
                            ExitCode.HISTORY_DIFFERS.wayOut()),
                    each);
            Migrator migrator = migrator(database, written("then-" + each, squashed));
            migrator.run("repair", "--yes").expect(HISTORY_DIFFERS);
            migrator.with(Setting.BASELINE_VERSION, "1").run().expect(HISTORY_DIFFERS);
            assertThat(database.query("select count(*) from pg_class where relname = 'ran'"))
                    .as(ways.get(each))
                    .isEqualTo("0");
        }
    }

    /** What lies in the schema is the script's own then. */
    @PostgresTest(onOneMajor = true)
    void aBaselineScriptThatStoppedHalfWayGoesOn(TestDatabase database) {
        Scripts scripts = written(
                "half",
                Map.of(
                        "B2__all.sql",
                        "create table a (i int); insert into a values (1), (1);"
                                + " create unique index concurrently a_i on a (i);",
                        "B2__all.sql.conf",
                        "executeInTransaction=false"));
        migrator(database, scripts).run().expect(ExitCode.MIGRATION_FAILED);
        database.execute("delete from a where ctid = '(0,1)'");
        assertThat(migrator(database, scripts).run("preflight").expect(OK).output())
                .doesNotContain("makes everything");
        migrator(database, scripts).run().expect(OK);
        assertThat(database.rows("select i from a")).containsExactly("1");
        assertThat(History.applied(database)).containsExactly("2");
    }

    @PostgresTest(onOneMajor = true)
    void aRenamedRepeatableIsSaidAndRepaired(TestDatabase database) {
        Scripts scripts = written("repeatable", Map.of("R__1_va.sql", "create or replace view va as select 1 n;"));
        migrator(database, scripts).run().expect(OK);
        scripts.without("R__1_va.sql").with("R__va.sql", "create or replace view va as select 1 n;");
        migrator(database, scripts).run().expect(OK);
        String remark = "repeatable '1 va' was applied, but its file is not here, which Flyway refuses";
        assertThat(migrator(database, scripts).run("validate").expect(OK).message())
                .contains(remark);
        for (String command : List.of("status", "preflight")) {
            assertThat(migrator(database, scripts).run(command).expect(OK).output())
                    .contains(remark);
        }
        assertThat(PlainFlyway.on(database, scripts).mistakes()).isNotEmpty();
        assertThat(migrator(database, scripts).run("repair", "--yes").expect(OK).message())
                .contains("marked 1 rows without a file as deleted");
        assertThat(PlainFlyway.on(database, scripts).mistakes()).isEmpty();
        assertThat(migrator(database, scripts).run("validate").expect(OK).message())
                .doesNotContain("its file is not here");
        assertThat(migrator(database, scripts).run().expect(OK).message()).contains("nothing to do");
    }

    private static Map<String, String> with(String script, String sql) {
        var files = new TreeMap<>(TWO);
        files.put(script, sql);
        return files;
    }

    private static Map<String, String> without(String script) {
        var files = new TreeMap<>(TWO);
        files.remove(script);
        return files;
    }

    private void judgeAll(TestDatabase database, List<State> states) throws IOException {
        for (int each = 0; each < states.size(); each++) {
            judge(database, states.get(each), each);
        }
    }

    private void judge(TestDatabase database, State state, int number) throws IOException {
        FreshSchema.in(database);
        if (!state.first().isEmpty()) {
            migrator(database, written("first-" + number, state.first())).run().expect(OK);
        }
        if (!state.sql().isEmpty()) {
            database.execute(state.sql());
        }
        Migrator migrator = migrator(database, written("then-" + number, state.files()))
                .with(Setting.CONNECT_TIMEOUT, "10s")
                .with(Setting.WAIT_TIMEOUT, "10s");
        Set<String> verdicts = new HashSet<>();
        for (String command : state.ends() == OK ? List.of("preflight", "status", "migrate") : COMMANDS) {
            Ended ended = migrator.run(command);
            assertThat(ended.exitCode())
                    .as("%s of a database in the state '%s': %s", command, state.name(), ended.output())
                    .isEqualTo(state.ends().code());
            if (state.ends() != OK) {
                JsonNode message = new ObjectMapper().readTree(ended.message());
                verdicts.add(message.path("message").asText().replaceFirst("^(history|drift): ", "") + " -> "
                        + message.path("wayOut").asText());
            }
        }
        if (state.ends() != OK) {
            assertThat(verdicts)
                    .as(state.name())
                    .singleElement()
                    .satisfies(verdict -> assertThat(verdict).contains(state.says(), state.wayOut()));
        }
    }

    private Scripts written(String name, Map<String, String> files) {
        Scripts scripts = Scripts.in(folder, name);
        files.forEach(scripts::with);
        return scripts;
    }

    private Migrator migrator(TestDatabase database, Scripts scripts) {
        return Migrator.of(database, scripts, folder);
    }
}
