package dev.slipway.migrator.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** What others have put into the schema before the first run: it is known, and none of its code runs with our rights. */
class ExistingSchemaIT {
    private static final HistoryTable OURS = new HistoryTable("public", "flyway_schema_history");

    private static final String COLUMNS = "(installed_rank int, version varchar(50), description varchar(200),"
            + " type varchar(20), script %s, checksum int, installed_by varchar(100), installed_on timestamp default now(),"
            + " execution_time int, success boolean)";

    /** Raises an error for any role that is led into calling it. */
    private static final String EVIL =
            "create function evil(text) returns text language plpgsql as 'begin raise exception ''led astray''; end';";

    private static final String READ = "V1__a.sql 17";

    @PostgresTest
    void aPlainHistoryIsReadAndNothingElse(TestDatabase database) throws SQLException {
        String rows = "insert into theirs (installed_rank, version, script, checksum, success) values"
                + " (1, '1', 'V1__a.sql', 17, true), (2, '2', 'V2__b.sql', 18, false), (3, null, 'R__c.sql', 19, true)";
        String table = "create table theirs " + COLUMNS.formatted("varchar(1000)") + "; " + rows + ";";
        assertThat(scripts(database, table)).contains(READ).doesNotContain("V2", "R__c");
        // A long text and a strange one cost no more than what they are cut to.
        assertThat(scripts(
                        database,
                        table.replace("varchar(1000)", "text")
                                + "insert into theirs (version, script, checksum, success) values"
                                + " ('3', repeat('x', 100000000), 1, true), ('4', chr(1) || '<&', 1, true)"))
                .contains(READ)
                .hasSizeLessThan(3_000);
        // With a table of heirs, whose code may be another's.
        assertThat(
                        scripts(
                                database,
                                table + "create table heir () inherits (theirs);"
                                        + " insert into heir (version, script, checksum, success) values ('5', 'V5__e.sql', 1, true)"))
                .contains(READ)
                .doesNotContain("V5");
        // Ours is there: what others have applied is no question any more.
        assertThat(scripts(database, table + "create table flyway_schema_history (i int)"))
                .isEmpty();
        assertThat(scripts(database, table + "revoke all on theirs from current_user"))
                .isEmpty();
    }

    @PostgresTest
    void aMillionRowsAreNotReadToTheirEnd(TestDatabase database) throws SQLException {
        for (boolean success : List.of(true, false)) {
            long start = System.nanoTime();
            String scripts;
            try (Connection connection = fresh(database);
                    Statement statement = connection.createStatement()) {
                statement.execute("create table theirs " + COLUMNS.formatted("varchar(1000)") + ";"
                        + " insert into theirs (installed_rank, version, script, checksum, success)"
                        + " select i, i, 'V' || i || '__' || repeat('x', 100) || '.sql', i, " + success
                        + " from generate_series(1, 1000000) i");
                start = System.nanoTime();
                scripts = ExistingSchema.read(connection, OURS)
                        .neighbours()
                        .get(0)
                        .scripts();
            }
            assertThat(scripts).hasSizeLessThan(1_000_000);
            assertThat((System.nanoTime() - start) / 1_000_000)
                    .as("milliseconds")
                    .isLessThan(3_000);
        }
    }

    @PostgresTest
    void noCodeOfOthersRuns(TestDatabase database) throws SQLException {
        String table = "create table theirs " + COLUMNS.formatted("text")
                + "; insert into theirs (version, script, checksum, success) values ('1', 'V1__a.sql', 17, true);";
        // A view is content, whatever its columns are.
        ExistingSchema view = read(
                database,
                EVIL + table
                        + "create view a_view as select installed_rank, version, description, type, evil(script) as script,"
                        + " checksum, installed_by, installed_on, execution_time, success from theirs");
        assertThat(view.content()).containsExactly("a_view");
        assertThat(view.neighbours())
                .singleElement()
                .satisfies(each -> assertThat(each.scripts()).contains(READ));
        // So is a table whose column is a domain: a cast may run its check.
        String domain = EVIL + "create domain checked as text check (length(value) > 0);"
                + table.replace("script text", "script checked");
        assertThat(read(database, domain).content()).containsExactly("theirs");
        // Row security, which binds its owner too if forced.
        assertThat(
                        scripts(
                                database,
                                EVIL + table + "create policy astray on theirs using (evil(script) = '');"
                                        + "alter table theirs enable row level security; alter table theirs force row level security"))
                .isEmpty();
        // Functions and operators that fit better than PostgreSQL's own.
        assertThat(scripts(
                        database,
                        EVIL + table.replace("script text", "script varchar(1000)")
                                + "create function format(text, name, name) returns text language sql as 'select evil($1)';"
                                + "create function \"left\"(varchar, int) returns text language sql as 'select evil($1)';"
                                + "create function glue(text, int) returns text language sql as 'select evil($1)';"
                                + "create operator || (leftarg = text, rightarg = int, function = glue);"
                                + "create function has_table_privilege(oid, varchar) returns bool language sql"
                                + " as 'select evil($2) is null'"))
                .contains(READ);
    }

    @PostgresTest
    void aLockedNeighbourIsNotWaitedForWithoutEnd(TestDatabase database) throws SQLException {
        try (Connection holder = fresh(database);
                Statement statement = holder.createStatement();
                Connection reader = database.connect()) {
            statement.execute("create table theirs " + COLUMNS.formatted("text"));
            holder.setAutoCommit(false);
            statement.execute("lock table theirs");
            assertThatThrownBy(() -> ExistingSchema.read(reader, OURS)).hasMessageContaining("lock timeout");
            holder.rollback();
        }
    }

    @PostgresTest
    void whateverLiesThereIsKnown(TestDatabase database) throws SQLException {
        for (String sql : List.of(
                "create table x (id serial, other int generated always as identity)",
                "create table x (i int) partition by list (i)",
                "create view x as select 1",
                "create materialized view x as select 1",
                "create sequence x")) {
            ExistingSchema found = read(database, sql);
            assertThat(found.content()).as(sql).containsExactly("x");
            assertThat(found.isOccupied()).isTrue();
        }
        ExistingSchema code = read(
                database,
                "create function f() returns int language sql as 'select 1'; create type mood as enum ('good');"
                        + " create domain d as int");
        assertThat(code.code()).containsExactly("d", "f", "mood");
        assertThat(code.isOccupied()).isFalse();
        assertThat(code.everything()).containsExactly("d", "f", "mood");
        assertThat(read(database, "create table slipway_run (i int)").everything())
                .isEmpty();
    }

    private static String scripts(TestDatabase database, String sql) throws SQLException {
        ExistingSchema found = read(database, sql);
        return found.neighbours().stream()
                .filter(each -> each.table().equals("theirs"))
                .map(ExistingSchema.Neighbour::scripts)
                .findFirst()
                .orElseThrow();
    }

    private static ExistingSchema read(TestDatabase database, String sql) throws SQLException {
        try (Connection connection = fresh(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return ExistingSchema.read(connection, OURS);
        }
    }

    private static Connection fresh(TestDatabase database) throws SQLException {
        try (Connection connection = database.connectAsSuperuser();
                Statement statement = connection.createStatement()) {
            statement.execute("drop schema public cascade; create schema public authorization " + database.user());
        }
        return database.connect();
    }
}
