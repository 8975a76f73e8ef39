package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Flyway and Slipway can replace each other at any time, because both write the same history. */
class FlywayCompatibilityIT {
    private static final String ROWS =
            "select installed_rank, version, description, type, script, checksum, installed_by, success from ";

    /** The whole structure of the table: columns, keys and indexes. */
    private static final String TABLE = """
            select 'column ' || attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull || ' '
                || coalesce(pg_get_expr(adbin, adrelid), '')
              from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
              where attrelid = 'flyway_schema_history'::regclass and attnum > 0
            union all
            select 'constraint ' || conname || ' ' || pg_get_constraintdef(oid)
              from pg_constraint where conrelid = 'flyway_schema_history'::regclass
            union all
            select 'index ' || pg_get_indexdef(indexrelid)
              from pg_index where indrelid = 'flyway_schema_history'::regclass
            order by 1""";

    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeEach
    void writeAnOrdinaryFolder() {
        scripts = Scripts.in(folder)
                .with("V1__orders.sql", "create table orders (id int primary key, note text);\r\n")
                .with("V1.1__Second_release_-_with_a_name.sql", "\uFEFFalter table orders add column sent date;")
                .with("V2_0__underscores__in__names.sql", "insert into orders values (1);\n\n")
                .with("V20261121093000__.sql", "select 1")
                .with("R__order_totals.sql", "create or replace view totals as select count(*) n from orders;");
        Scripts.in(scripts.folder(), "2026").with("V03__nested.sql", "-- nothing\nselect 'ä';");
    }

    @PostgresTest
    void tableAndRowsAreThoseThatFlywayWrites(TestDatabase database) {
        TestDatabase flyways = database.server().createDatabase();
        try {
            migrator(database).run().expect(ExitCode.OK);
            assertThat(PlainFlyway.on(flyways, scripts).migrate()).isEqualTo(6);
            assertThat(database.rows(ROWS + "flyway_schema_history order by 1"))
                    .hasSize(6)
                    .isEqualTo(flyways.rows(ROWS + "flyway_schema_history order by 1"));
            assertThat(database.rows(TABLE)).hasSizeGreaterThan(12).isEqualTo(flyways.rows(TABLE));
            assertThat(database.rows("select 1 from flyway_schema_history where installed_on > localtimestamp"
                            + " or installed_on < localtimestamp - interval '1 hour' or execution_time < 0"))
                    .isEmpty();
        } finally {
            database.server().dropDatabase(flyways.name());
        }
    }

    @PostgresTest(onOneMajor = true)
    void soAreTheRowsOfASchemaThatHadToBeMadeAndOfATableOfAnotherName(TestDatabase database) {
        TestDatabase flyways = database.server().createDatabase();
        try {
            migrator(database)
                    .with(Setting.SCHEMA, "My Shop")
                    .with(Setting.CREATE_SCHEMA, "true")
                    .with(Setting.HISTORY_TABLE, "History")
                    .run()
                    .expect(ExitCode.OK);
            PlainFlyway flyway = PlainFlyway.on(flyways, scripts);
            flyway.configuration().schemas("My Shop").table("History");
            assertThat(flyway.migrate()).isEqualTo(6);
            String table = "\"My Shop\".\"History\" order by 1";
            assertThat(database.rows(ROWS + table)).hasSize(7).isEqualTo(flyways.rows(ROWS + table));
        } finally {
            database.server().dropDatabase(flyways.name());
        }
    }

    @PostgresTest(onOneMajor = true)
    void soIsTheRowOfABaseline(TestDatabase database) {
        TestDatabase flyways = database.server().createDatabase();
        try {
            for (TestDatabase each : List.of(database, flyways)) {
                each.execute("create table orders (id int primary key, note text)");
            }
            migrator(database).run("baseline", "--baseline-version", "1").expect(ExitCode.OK);
            migrator(database).run().expect(ExitCode.OK);
            PlainFlyway flyway = PlainFlyway.on(flyways, scripts);
            flyway.configuration().baselineVersion("1").baselineOnMigrate(true);
            assertThat(flyway.migrate()).isEqualTo(5);
            assertThat(database.rows(ROWS + "flyway_schema_history order by 1"))
                    .hasSize(6)
                    .isEqualTo(flyways.rows(ROWS + "flyway_schema_history order by 1"));
        } finally {
            database.server().dropDatabase(flyways.name());
        }
    }

    @PostgresTest
    void flywayTakesOverAndGivesBack(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        PlainFlyway flyway = PlainFlyway.on(database, scripts);
        assertThat(flyway.mistakes()).isEmpty();
        assertThat(flyway.states())
                .containsExactly(
                        "1 orders SUCCESS",
                        "1.1 Second release - with a name SUCCESS",
                        "2.0 underscores  in  names SUCCESS",
                        "03 nested SUCCESS",
                        "20261121093000  SUCCESS",
                        "order totals SUCCESS");

        scripts.with("V20261121093001__by_flyway.sql", "create table by_flyway (id int);")
                .with("R__order_totals.sql", "create or replace view totals as select count(*) n, 1 x from orders;");
        assertThat(flyway.migrate()).isEqualTo(2);
        assertThat(migrator(database).run().expect(ExitCode.OK).message()).contains("\"outcome\":\"up-to-date\"");

        scripts.with("V20261121093002__by_us.sql", "create table by_us (id int);");
        migrator(database).run().expect(ExitCode.OK);
        assertThat(flyway.mistakes()).isEmpty();
        assertThat(flyway.migrate()).isZero();
        assertThat(database.rows("select installed_rank from flyway_schema_history order by 1"))
                .containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9");
    }

    @PostgresTest
    void slipwayTakesOverFromFlyway(TestDatabase database) {
        assertThat(PlainFlyway.on(database, scripts).migrate()).isEqualTo(6);
        assertThat(migrator(database).run().expect(ExitCode.OK).message()).contains("\"outcome\":\"up-to-date\"");
        scripts.with("V20261121093001__index.sql", "create index concurrently orders_note on orders (note);");
        migrator(database).run().expect(ExitCode.OK);
        assertThat(PlainFlyway.on(database, scripts).mistakes()).isEmpty();
        assertThat(PlainFlyway.on(database, scripts).migrate()).isZero();
    }

    @PostgresTest(onOneMajor = true)
    void whatFlywayLeftFailedIsRefusedUntilTheRepair(TestDatabase database) {
        PlainFlyway.on(database, scripts).migrate();
        scripts.with("V20261121093001__half.sql", "insert into orders values (7); insert into nowhere values (1);")
                .with("V20261121093001__half.sql.conf", "executeInTransaction=false");
        PlainFlyway flyway = PlainFlyway.on(database, scripts);
        // With its other lock it rolls its own failed row back.
        flyway.configuration()
                .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
                .setTransactionalLock(false);
        assertThatThrownBy(flyway::migrate).hasMessageContaining("V20261121093001__half.sql");
        assertThat(database.query("select success from flyway_schema_history order by installed_rank desc"))
                .isEqualTo("f");
        for (String command : new String[] {"migrate", "validate", "preflight"}) {
            migrator(database)
                    .run(command)
                    .expectPlainAnswer(
                            ExitCode.PREFLIGHT_REFUSED,
                            database.password(),
                            "version 20261121093001 (half) (V20261121093001__half.sql) is marked as failed",
                            "slipway repair");
        }
        migrator(database).run("repair", "--yes").expect(ExitCode.OK);
        scripts.with("V20261121093001__half.sql", "insert into orders values (8);");
        migrator(database).run().expect(ExitCode.OK);
        assertThat(PlainFlyway.on(database, scripts).mistakes()).isEmpty();
    }

    @PostgresTest(onOneMajor = true)
    void whatOneMarksAsDeletedTheOtherUnderstands(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        scripts.without("V2_0__underscores__in__names.sql");
        migrator(database).run("repair", "--yes").expect(ExitCode.OK);
        assertThat(migrator(database).run().expect(ExitCode.OK).message()).contains("up-to-date");
        assertThat(PlainFlyway.on(database, scripts).mistakes()).isEmpty();
        assertThat(PlainFlyway.on(database, scripts).migrate()).isZero();

        scripts.without("V1.1__Second_release_-_with_a_name.sql");
        PlainFlyway.on(database, scripts).configuration().load().repair();
        assertThat(migrator(database).run().expect(ExitCode.OK).message()).contains("up-to-date");
    }

    private Migrator migrator(TestDatabase database) {
        return Migrator.of(database, scripts, folder);
    }
}
