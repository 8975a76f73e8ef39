package dev.slipway.migrator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Timeout;

/** How the server handles messages that are sent at once, even if one of them fails. */
class PipelineIT {
    private static final String RECORD = "insert into history values ('applied');";
    private static final String AFTERWARDS = "select 'é', null, 2;select 3";

    private final List<String> warnings = new ArrayList<>();

    @PostgresTest
    void allIsExecutedAndTheNextTransactionBegun(TestDatabase database) throws SQLException {
        Pipeline.Result result = run(
                database,
                AFTERWARDS,
                "create table orders (id int primary key)",
                "insert into orders select generate_series(1, 3)",
                "select id from orders",
                "drop table if exists nothing");
        assertThat(result)
                .isEqualTo(new Pipeline.Result(
                        4, OptionalInt.empty(), true, Optional.of(List.of("é", "null", "2")), Optional.empty()));
        assertThat(warnings).containsExactly("table \"nothing\" does not exist, skipping");
        assertThat(committed(database)).containsExactly("applied");
        assertThat(database.query("select count(*) from orders")).isEqualTo("3");
    }

    @PostgresTest
    void afterAFailureNothingIsExecutedAndNothingStays(TestDatabase database) throws SQLException {
        Pipeline.Result result = run(
                database,
                AFTERWARDS,
                "create table orders (id int primary key)",
                "insert into orders values (1), (1)",
                "create table customers (id int)");
        assertThat(result.done()).isEqualTo(1);
        assertNotCommitted(database, result, "23505");
        assertThat(database.rows("select relname from pg_class where relname in ('orders', 'customers')"))
                .isEmpty();
    }

    @PostgresTest
    void aCommitThatFailsTakesEverythingBack(TestDatabase database) throws SQLException {
        Pipeline.Result result = run(
                database,
                AFTERWARDS,
                "create table orders (id int unique deferrable initially deferred)",
                "insert into orders values (1), (1)");
        assertThat(result.done()).isEqualTo(2);
        assertNotCommitted(database, result, "23505");
        assertThat(database.rows("select relname from pg_class where relname = 'orders'"))
                .isEmpty();
    }

    /** No script can do this, because its text is checked, but the history must not depend on that check. */
    @PostgresTest
    void withoutItsTransactionNothingIsRecorded(TestDatabase database) throws SQLException {
        Pipeline.Result result =
                run(database, AFTERWARDS, "create table orders (id int)", "commit", "create table customers (id int)");
        assertThat(result.endedBy()).hasValue(1);
        assertNotCommitted(database, result, "25P01");
    }

    @PostgresTest
    void whatFailsAfterTheCommitDoesNotUndoIt(TestDatabase database) throws SQLException {
        Pipeline.Result result = run(database, "select 1;select 1 / 0", "create table orders (id int)");
        assertThat(result.committed()).isTrue();
        assertThat(result.row()).contains(List.of("1"));
        assertThat(result.failure()).isEmpty();
        assertThat(committed(database)).containsExactly("applied");
    }

    /** The driver reads no answers while it sends, and the server stops reading if its answers are not taken. */
    @PostgresTest(onOneMajor = true)
    @Timeout(120)
    void manyAnswersDoNotBlockWhatIsStillToBeSent(TestDatabase database) throws SQLException {
        Pipeline.Result result = run(
                database,
                AFTERWARDS,
                "select repeat('x', 1000) from generate_series(1, 20000)",
                "select '" + "ü".repeat(8000) + "'");
        assertThat(result.committed()).isTrue();
        assertThat(committed(database)).containsExactly("applied");
    }

    @PostgresTest(onOneMajor = true)
    void aConnectionThatBreaksIsAFailureOfTheStatementThatRan(TestDatabase database) throws SQLException {
        Pipeline.Result result = run(
                database,
                AFTERWARDS,
                "create table orders (id int)",
                "select pg_terminate_backend(pg_backend_pid())",
                "create table customers (id int)");
        assertThat(result.done()).isEqualTo(1);
        assertNotCommitted(database, result, "57P01");
    }

    private Pipeline.Result run(TestDatabase database, String afterwards, String... statements) throws SQLException {
        database.execute("create table history (state text)");
        try (Connection connection = DriverManager.getConnection(
                        database.jdbcUrl() + "?preferQueryMode=simple", database.user(), database.password());
                Statement begin = connection.createStatement()) {
            begin.execute("begin");
            return new Pipeline(connection, this::note).run(List.of(statements), RECORD, afterwards, "begin");
        }
    }

    private static void assertNotCommitted(TestDatabase database, Pipeline.Result result, String sqlState) {
        assertThat(result.committed()).isFalse();
        assertThat(result.failure().orElseThrow().getSQLState()).isEqualTo(sqlState);
        assertThat(committed(database)).isEmpty();
    }

    private void note(SQLWarning warning) {
        warnings.add(warning.getMessage());
    }

    private static List<String> committed(TestDatabase database) {
        return database.rows("select state from history");
    }
}
