package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever SQL a script contains, it is applied once, by one replica: real processes, and scripts that release the
 * lock.
 */
class OnceIT {
    private static final String WHILE_OTHERS_START = "select pg_sleep(2.5);";

    /** What a script does before its row, and before the others start. */
    private static final Map<String, String> IN_A_TRANSACTION = new TreeMap<>(Map.of(
            "all",
            "select pg_advisory_unlock_all();",
            "do",
            "DO $$ BEGIN PERFORM pg_advisory_unlock_all(); END $$;",
            "function",
            "select let_go();",
            "one by one",
            """
            select case objsubid when 2 then pg_advisory_unlock(classid::int8::bit(32)::int4, objid::int8::bit(32)::int4)
                else pg_advisory_unlock((classid::int8 << 32) | objid::int8) end
            from pg_locks where locktype = 'advisory' and pid = pg_backend_pid();""",
            "in a savepoint",
            "savepoint s; select pg_advisory_unlock_all(); rollback to savepoint s;",
            "after SET",
            "set transaction isolation level repeatable read; set local work_mem = '8MB'; select let_go();",
            "serializable",
            "SET\tTRANSACTION ISOLATION LEVEL SERIALIZABLE; do $$ begin perform let_go(); end $$;",
            "under another path",
            """
            create schema odd; create function odd.count(int) returns int8 language sql as 'select 1::int8';
            create function odd.md5(text) returns text language sql as 'select chr(48)';
            set search_path = odd, pg_catalog; select pg_advisory_unlock_all();"""));

    @TempDir
    private Path folder;

    @PostgresTest
    void aScriptThatLetsGoOfTheLockInItsTransaction(TestDatabase database) {
        for (Map.Entry<String, String> spelling : IN_A_TRANSACTION.entrySet()) {
            Scripts scripts = scripts(spelling.getKey())
                    .with("V2__let_go.sql", spelling.getValue() + insert("V2") + WHILE_OTHERS_START)
                    .with("V3__next.sql", insert("V3"));
            List<Ended> ended = migrate(database, scripts, 2);
            assertThat(rows(database)).as(spelling.getKey()).containsExactly("V2", "V3");
            // The other one may be quicker to take it.
            assertThat(ended.get(0).output())
                    .as(spelling.getKey())
                    .containsAnyOf(
                            "the script released the migration lock; it was taken again",
                            "the migration lock was released, and another session");
            assertThat(History.applied(database)).containsExactly("1", "2", "3");
            database.execute("drop schema if exists odd cascade");
            FreshSchema.in(database);
        }
    }

    @PostgresTest(onOneMajor = true)
    void sixReplicasAndARepeatableThatLetsGo(TestDatabase database) {
        Scripts scripts = scripts("six")
                .with("R__let_go.sql", "select let_go();" + insert("R") + WHILE_OTHERS_START)
                .with("R__next.sql", insert("S"));
        migrate(database, scripts, 6);
        assertThat(rows(database)).containsExactly("R", "S");
        assertThat(History.applied(database)).containsExactly("1", "let go", "next");
    }

    @PostgresTest(onOneMajor = true)
    void callbacksThatLetGo(TestDatabase database) {
        Scripts scripts = scripts("callbacks")
                .with("beforeMigrate.sql", "select pg_advisory_unlock_all();")
                .with("beforeEachMigrate.sql", "select pg_advisory_unlock_all();")
                .with("afterMigrate.sql", "select pg_advisory_unlock_all();")
                .with("V2__slow.sql", insert("V2") + WHILE_OTHERS_START);
        List<Ended> ended = migrate(database, scripts, 2);
        assertThat(rows(database)).containsExactly("V2");
        assertThat(ended.get(0).lines("a callback released the migration lock")).isNotEmpty();
    }

    /**
     * A statement that commits by itself cannot be protected by its transaction: the row before it shows the others
     * what may be done.
     */
    @PostgresTest(onOneMajor = true)
    void aScriptOutsideATransactionThatLetsGo(TestDatabase database) {
        for (String release : List.of(
                "discard all;",
                "select pg_advisory_unlock_all();",
                "do $$ begin perform let_go(); commit; perform pg_sleep(1); end $$;")) {
            Scripts scripts = scripts("outside")
                    .with("V2__let_go.sql", insert("V2") + release + WHILE_OTHERS_START + insert("V2 end"))
                    .with("V2__let_go.sql.conf", "executeInTransaction=false")
                    .with("V3__next.sql", insert("V3"));
            try (var replicas = new Replicas(migrator(database, scripts))) {
                Replica first = replicas.start();
                Eventually.runs(database, "select pg_sleep");
                replicas.start(2).forEach(Replica::awaitEnd);
                first.awaitEnd();
            }
            migrator(database, scripts).run().expect(ExitCode.OK);
            assertThat(rows(database)).as(release).containsExactly("V2", "V2 end", "V3");
            FreshSchema.in(database);
        }
    }

    /** Another program that ignores the lock: our committing transaction sees the row that it wrote. */
    @PostgresTest
    void aMigrationThatAnotherProgramRecordedMeanwhileIsRolledBack(TestDatabase database) {
        Scripts scripts = scripts("meanwhile").with("V2__slow.sql", insert("V2") + WHILE_OTHERS_START);
        try (var replicas = new Replicas(migrator(database, scripts))) {
            Replica first = replicas.start();
            Eventually.runs(database, "select pg_sleep");
            database.execute("insert into flyway_schema_history select 2, '2', 'slow', type, 'V2__slow.sql', "
                    + "null, installed_by, installed_on, 1, true from flyway_schema_history");
            Ended ended = first.awaitEnd().expect(ExitCode.OK);
            assertThat(ended.lines("another session has migrated meanwhile, or something"))
                    .hasSize(1);
        }
        assertThat(rows(database)).isEmpty();
        assertThat(database.query("select count(*) from flyway_schema_history where version = '2'"))
                .isEqualTo("1");
    }

    /** A script that keeps its own row out of the history would be applied again and again. */
    @PostgresTest(onOneMajor = true)
    void aScriptThatSwallowsItsRowIsNotCommitted(TestDatabase database) {
        Scripts scripts = scripts("swallow").with("V2__swallow.sql", insert("V2") + """
                create function swallow() returns trigger language plpgsql as $$ begin return null; end $$;
                create trigger swallow before insert on flyway_schema_history for each row execute function swallow();
                """);
        Ended ended = migrator(database, scripts).run().expect(ExitCode.MIGRATION_FAILED);
        assertThat(ended.message()).contains("lost the migration lock");
        assertThat(rows(database)).isEmpty();
    }

    @PostgresTest(onOneMajor = true)
    void anUndoScriptThatLetsGo(TestDatabase database) {
        Scripts scripts = scripts("undo").with("V2__slow.sql", insert("V2"));
        Scripts.in(scripts.folder(), "undo")
                .with("U2__slow.sql", "select pg_advisory_unlock_all();" + insert("U2") + WHILE_OTHERS_START);
        Migrator migrator = migrator(database, scripts);
        migrator.run().expect(ExitCode.OK);
        String[] rollback = {"rollback", "--to", "1", "--confirm", database.name() + "@1", "--no-delay"};
        try (Replica first = migrator.start("api-0", rollback)) {
            Eventually.runs(database, "select pg_sleep");
            try (Replica second = migrator.start("api-1", rollback)) {
                first.awaitEnd().expect(ExitCode.OK);
                second.awaitEnd();
            }
        }
        assertThat(rows(database)).containsExactly("U2", "V2");
        assertThat(History.applied(database)).containsExactly("1");
    }

    private List<Ended> migrate(TestDatabase database, Scripts scripts, int count) {
        try (var replicas = new Replicas(migrator(database, scripts))) {
            replicas.start();
            Eventually.runs(database, "select pg_sleep");
            replicas.start(count - 1);
            return replicas.awaitAll();
        }
    }

    private Scripts scripts(String name) {
        return Scripts.in(folder, name.replace(' ', '_')).with("V1__applied.sql", """
                create table applied (script text);
                create function let_go() returns void language sql as 'select pg_advisory_unlock_all()';
                """);
    }

    private static String insert(String script) {
        return "insert into public.applied values ('" + script + "');";
    }

    private static List<String> rows(TestDatabase database) {
        return database.rows("select script from applied order by 1");
    }

    private Migrator migrator(TestDatabase database, Scripts scripts) {
        return Migrator.of(database, scripts, folder);
    }
}
