package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** A migration holds its locks for as long as the network takes to carry its messages. */
class RoundTripsIT {
    private static final int FEW = 5;
    private static final int MANY = 25;

    @TempDir
    private Path folder;

    @PostgresTest(onOneMajor = true)
    void aMigrationIsOneHoweverManyStatementsItHas(TestDatabase database) {
        Scripts scripts = Scripts.in(folder);
        Migrator.of(database, write(scripts, 0, 0), folder).run().expect(ExitCode.OK);
        int few = turns(database, write(scripts, 1, FEW));
        int many = turns(database, write(scripts, FEW + 1, FEW + MANY));
        assertThat(History.applied(database)).hasSize(1 + FEW + MANY);
        assertThat(many - few).isEqualTo(MANY - FEW);
    }

    /**
     * Finding out where the session creates costs no round trip, whether that is the default or another schema with the
     * only history.
     */
    @PostgresTest(onOneMajor = true)
    void nothingToDoIsToConnectAndOneMore(TestDatabase database) {
        Scripts scripts = write(Scripts.in(folder), 1, FEW);
        database.execute("create schema shop");
        Migrator.of(database, scripts, folder)
                .with(Setting.SCHEMA, "shop")
                .run()
                .expect(ExitCode.OK);
        int given = turns(database, scripts, Setting.SCHEMA, "shop");
        database.execute("alter database " + database.name() + " set search_path = shop");
        int found = turns(database, scripts);
        database.execute("alter database " + database.name() + " reset search_path; drop table shop.slipway_run;"
                + " alter table shop.flyway_schema_history set schema public");
        int standard = turns(database, scripts);
        assertThat(new int[] {found, standard}).containsOnly(given);
    }

    private static Scripts write(Scripts scripts, int first, int last) {
        Scripts all = scripts;
        for (int version = first; version <= last; version++) {
            String table = "t" + version;
            all = all.with(
                    "V" + version + "__t.sql",
                    "create table " + table + " (id int);create index on " + table + " (id);insert into " + table
                            + " values (1);");
        }
        return all;
    }

    private int turns(TestDatabase database, Scripts scripts) {
        return turns(database, scripts, Setting.LOG_FORMAT, "json");
    }

    private int turns(TestDatabase database, Scripts scripts, Setting<?> setting, String value) {
        try (var between = new CountedTurns(database)) {
            Migrator.of(database, scripts, folder)
                    .with(setting, value)
                    .withEnv("PGPORT", Integer.toString(between.port()))
                    .run()
                    .expect(ExitCode.OK);
            return between.turns();
        }
    }
}
