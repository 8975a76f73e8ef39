package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every command refuses what migrate refuses before it runs anything: a pre-flight that ends with 0 means that migrate
 * starts.
 */
class PendingRefusalsIT {
    private static final List<String> COMMANDS = List.of("preflight", "plan", "validate", "status", "migrate");

    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeEach
    void writeOneThatIsFine() {
        scripts = Scripts.in(folder).with("V1__orders.sql", "create table orders (id int primary key, note text);");
    }

    @PostgresTest
    void everyCommandNamesTheSameProblemsOfAnEmptyDatabase(TestDatabase database) throws IOException {
        scripts.with("V2__placeholder.sql", "insert into orders\tvalues (1, '${nowhere}');")
                .with("V3__isolation.sql", "Begin\r\nIsolation Level Serializable;\r\nselect 1;\r\nCOMMIT;\r\n")
                .with("V4__rollback.sql", "begin; insert into orders values (2); rollback;")
                .with("V5__several.sql", "begin; select 1; commit;\nbegin; select 2; commit;")
                .with("V6__concurrently.sql", "create table t (i int);\ncreate index concurrently on t (i);")
                .with("V7__vacuum.sql", "/* why */ VACUUM\torders; delete from orders;")
                .with("V8__open.sql", "select 'open")
                .with("V9__with_undo.sql", "select 1;")
                .with("U9__with_undo.sql", "select 1;\ncommit;")
                .with("R__view.sql", "create or replace view v as select '${flyway:nothing}'::text n;")
                .with("beforeEachMigrate.sql", "begin; commit;")
                .with("afterMigrate.sql", "select 1; rollback;");
        String sentence = expectTheSameRefusal(database);
        assertThat(sentence)
                .startsWith("11 problems in the pending migrations:")
                .contains(
                        "V2__placeholder.sql line 1: the placeholder ${nowhere} has no value",
                        "V3__isolation.sql line 1: BEGIN with a mode starts or ends a transaction by itself",
                        "V4__rollback.sql line 1: ROLLBACK starts or ends",
                        "V5__several.sql line 2: comes after the COMMIT in line 1",
                        "V6__concurrently.sql line 2: CREATE INDEX CONCURRENTLY cannot run inside",
                        "V7__vacuum.sql line 1: VACUUM cannot run inside",
                        "V8__open.sql line 1: the text that starts here is never closed",
                        "U9__with_undo.sql line 2: COMMIT starts or ends",
                        "R__view.sql line 1: the placeholder ${flyway:nothing} has no value",
                        "beforeEachMigrate.sql line 1: BEGIN starts or ends",
                        "afterMigrate.sql line 1: ROLLBACK starts or ends");
        assertThat(database.rows("select relname from pg_class where relnamespace = 'public'::regnamespace"))
                .as("nothing was made, not even a history")
                .isEmpty();
    }

    @PostgresTest(onOneMajor = true)
    void everyCommandRefusesWhatComesToAMigratedDatabase(TestDatabase database) throws IOException {
        migrator(database).run().expect(ExitCode.OK);
        scripts.with("V2__abort.sql", "select 1;\n\tabort;");
        assertThat(expectTheSameRefusal(database)).contains("V2__abort.sql line 2: ABORT starts or ends");
        scripts.with("V2__abort.sql", "select 1;").with("R__x.sql", "${nobody}");
        assertThat(expectTheSameRefusal(database)).contains("R__x.sql line 1: the placeholder ${nobody} has no value");
        scripts.without("R__x.sql").with("V3" + "4".repeat(60) + "__long.sql", "select 1;");
        assertThat(expectTheSameRefusal(database)).contains("has a version of 61 characters");
        assertThat(History.applied(database)).containsExactly("1");
    }

    @PostgresTest(onOneMajor = true)
    void everyCommandPassesWhatRuns(TestDatabase database) {
        scripts.with(
                        "V2__fine.sql",
                        "set\twork_mem = '8MB';\r\ncreate index concurrently orders_note on orders (note);")
                .with("V3__fine.sql", "begin;\ninsert into orders values (1, '${flyway:user} ${shop}');\nend;")
                .with("R__fine.sql", "create or replace view v as select '${flyway:database}'::text n;")
                .with("beforeMigrate.sql", "begin; create table if not exists before (i int); commit;");
        Migrator migrator = migrator(database).with(Setting.PLACEHOLDERS, "shop=a''s");
        for (String command : COMMANDS) {
            migrator.run(command).expect(ExitCode.OK);
        }
        for (String command : COMMANDS) {
            migrator.run(command).expect(ExitCode.OK);
        }
        assertThat(database.query("select note from orders")).isEqualTo(database.user() + " a's");
        assertThat(database.query("select n from v")).isEqualTo(database.name());
        scripts.with("R__fine.sql", "create or replace view v as select '${flyway:database} 2'::text n; rollback;");
        for (String command : COMMANDS) {
            migrator.run(command).expect(ExitCode.USAGE);
        }
    }

    @PostgresTest(onOneMajor = true)
    void whatABaselineCoversIsNotLookedAt(TestDatabase database) {
        scripts.with("V1__orders.sql", "begin; create table orders (id int); rollback;")
                .with("V2__next.sql", "select 1;");
        database.execute("create table orders (id int)");
        Migrator migrator = migrator(database).with(Setting.BASELINE_VERSION, "1");
        for (String command : COMMANDS) {
            migrator.run(command).expect(ExitCode.OK);
        }
        assertThat(History.applied(database)).containsExactly("1", "2");
    }

    /** Part of it is done and cannot be done again: every command refuses it, and names the statement. */
    @PostgresTest(onOneMajor = true)
    void everyCommandRefusesAHalfDoneScriptThatWasEditedInItsDonePart(TestDatabase database) throws IOException {
        scripts.with("V2__steps.sql", "insert into orders values (1);\ninsert into orders values (2);\nselect 1/0;")
                .with("V2__steps.sql.conf", "executeInTransaction=false");
        migrator(database).run().expect(ExitCode.MIGRATION_FAILED);
        for (String command : COMMANDS.subList(0, 4)) {
            migrator(database).run(command).expect(ExitCode.OK);
        }
        scripts.with("V2__steps.sql", "insert into orders values (1);\n\ninsert into orders values (3);\nselect 1;");
        assertThat(expectTheSameRefusal(database, ExitCode.HISTORY_DIFFERS))
                .startsWith("V2__steps.sql was started by slipway/shop/api-0")
                .endsWith("changed since: line 3 has another statement than the one that ran as number 2");
        scripts.with(
                "V2__steps.sql", "-- mended\ninsert into orders values (1);insert into orders values (2);select 1;");
        for (String command : COMMANDS) {
            migrator(database).run(command).expect(ExitCode.OK);
        }
        assertThat(database.rows("select id from orders order by id")).containsExactly("1", "2");
    }

    /** The same order of reasons: whose schema it is comes first. */
    @PostgresTest(onOneMajor = true)
    void aForeignSchemaIsRefusedBeforeTheScripts(TestDatabase database) {
        scripts.with("V2__bad.sql", "rollback;");
        database.execute("create table others (id int)");
        for (String command : List.of("preflight", "migrate")) {
            assertThat(migrator(database)
                            .run(command)
                            .expect(ExitCode.HISTORY_DIFFERS)
                            .message())
                    .contains("has content (others)");
        }
    }

    /** Returns the sentence that all of them print; the pre-flight puts the name of its check in front. */
    private String expectTheSameRefusal(TestDatabase database) throws IOException {
        return expectTheSameRefusal(database, ExitCode.USAGE);
    }

    private String expectTheSameRefusal(TestDatabase database, ExitCode code) throws IOException {
        String sentence = "";
        for (String command : COMMANDS) {
            Ended ended = migrator(database).run(command).expect(code);
            String message =
                    new ObjectMapper().readTree(ended.message()).path("message").asText();
            String own = command.equals("preflight") ? message.replaceFirst("^migrations: ", "") : message;
            sentence = sentence.isEmpty() ? own : sentence;
            assertThat(own).as(command).isEqualTo(sentence);
        }
        return sentence;
    }

    private Migrator migrator(TestDatabase database) {
        return Migrator.of(database, scripts, folder);
    }
}
