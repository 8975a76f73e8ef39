package dev.slipway.migrator.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.migrator.sql.NonTransactional.Kind;
import dev.slipway.migrator.sql.NonTransactional.Reason;
import dev.slipway.testkit.postgres.Major;
import dev.slipway.testkit.postgres.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Asks real servers which statements they refuse inside a transaction block, and compares. */
class NonTransactionalIT {
    private static final String SUCCESS = "00000";
    /** A DO block is refused only at its COMMIT, with another SQLSTATE. */
    private static final Set<String> REFUSED_IN_A_TRANSACTION = Set.of("25001", "2D000");

    private static final String OBJECTS = """
            CREATE TABLE t (a int PRIMARY KEY, b int);
            CREATE INDEX t_b ON t (b);
            ALTER TABLE t CLUSTER ON t_b;
            CREATE SCHEMA s;
            CREATE TYPE e AS ENUM ('x');
            CREATE MATERIALIZED VIEW v AS SELECT a FROM t;
            CREATE UNIQUE INDEX v_a ON v (a);
            CREATE TABLE m (a int) PARTITION BY RANGE (a);
            CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (1) TO (2);
            CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (2) TO (3);
            CREATE INDEX m_a ON m (a);
            CREATE PUBLICATION p FOR TABLE t;
            CREATE SUBSCRIPTION off CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p WITH (connect = false);
            CREATE SUBSCRIPTION running CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p WITH (connect = false);
            ALTER SUBSCRIPTION running ENABLE;
            CREATE PROCEDURE ends() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;
            CREATE DATABASE other;
            CREATE ROLE reader;
            """;

    private static final Map<String, String> SETTINGS =
            Map.of("wal_level", "logical", "max_prepared_transactions", "2");

    /** A statement, and the first major that supports it. */
    private record Case(int since, String sql) {}

    /** Statements that are valid, so that only the transaction block can be in their way. */
    private static final List<Case> CASES = List.of(
            new Case(14, "VACUUM"),
            new Case(14, "VACUUM FULL t"),
            new Case(14, "VACUUM (ANALYZE) t"),
            new Case(14, "ANALYZE t"),
            new Case(14, "CLUSTER"),
            new Case(14, "CLUSTER VERBOSE"),
            new Case(17, "CLUSTER (VERBOSE)"),
            new Case(14, "CLUSTER t USING t_b"),
            new Case(14, "CLUSTER t_b ON t"),
            new Case(14, "CLUSTER t"),
            new Case(14, "DISCARD ALL"),
            new Case(14, "DISCARD PLANS"),
            new Case(14, "DISCARD TEMP"),
            new Case(14, "COMMIT PREPARED 'nothing'"),
            new Case(14, "ROLLBACK PREPARED 'nothing'"),
            new Case(14, "REINDEX TABLE t"),
            new Case(14, "REINDEX INDEX t_b"),
            new Case(14, "REINDEX (VERBOSE) TABLE t"),
            new Case(14, "REINDEX (CONCURRENTLY) TABLE t"),
            new Case(14, "REINDEX (CONCURRENTLY false) TABLE t"),
            new Case(14, "REINDEX (CONCURRENTLY off, VERBOSE) INDEX t_b"),
            new Case(14, "REINDEX (VERBOSE, CONCURRENTLY on) INDEX t_b"),
            new Case(14, "REINDEX TABLE CONCURRENTLY t"),
            new Case(14, "REINDEX INDEX CONCURRENTLY t_b"),
            new Case(14, "REINDEX SCHEMA s"),
            new Case(14, "REINDEX SCHEMA CONCURRENTLY s"),
            new Case(14, "REINDEX DATABASE postgres"),
            new Case(14, "REINDEX SYSTEM postgres"),
            new Case(16, "REINDEX DATABASE"),
            new Case(16, "REINDEX SYSTEM"),
            new Case(14, "CREATE INDEX ON t (b)"),
            new Case(14, "CREATE INDEX CONCURRENTLY ON t (b)"),
            new Case(14, "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_u ON t (b)"),
            new Case(14, "DROP INDEX t_b"),
            new Case(14, "DROP INDEX CONCURRENTLY IF EXISTS t_b"),
            new Case(14, "CREATE DATABASE another"),
            new Case(14, "DROP DATABASE other"),
            new Case(14, "DROP DATABASE IF EXISTS nothing"),
            new Case(14, "ALTER DATABASE other SET TABLESPACE pg_default"),
            new Case(14, "ALTER DATABASE other SET timezone = 'UTC'"),
            new Case(14, "ALTER DATABASE other RENAME TO renamed"),
            new Case(14, "ALTER DATABASE other CONNECTION LIMIT 5"),
            new Case(14, "CREATE TABLESPACE ts LOCATION '/nowhere'"),
            new Case(14, "DROP TABLESPACE IF EXISTS ts"),
            new Case(14, "ALTER SYSTEM SET work_mem = '8MB'"),
            new Case(14, "ALTER SYSTEM RESET work_mem"),
            new Case(14, "CREATE SUBSCRIPTION n CONNECTION 'port=1' PUBLICATION p"),
            new Case(14, "CREATE SUBSCRIPTION n CONNECTION 'port=1' PUBLICATION p WITH (enabled = false)"),
            new Case(14, "CREATE SUBSCRIPTION n CONNECTION 'port=1' PUBLICATION p WITH (connect = false)"),
            new Case(14, "CREATE SUBSCRIPTION n CONNECTION 'port=1' PUBLICATION p WITH (connect = off, enabled = 0)"),
            new Case(14, "ALTER SUBSCRIPTION off CONNECTION 'port=2'"),
            new Case(14, "ALTER SUBSCRIPTION off ENABLE"),
            new Case(14, "ALTER SUBSCRIPTION off SET (synchronous_commit = on)"),
            new Case(14, "ALTER SUBSCRIPTION off SET (slot_name = NONE)"),
            new Case(17, "ALTER SUBSCRIPTION off SET (failover = true)"),
            new Case(18, "ALTER SUBSCRIPTION off SET (two_phase = false)"),
            new Case(18, "ALTER SUBSCRIPTION off SET (two_phase = true)"),
            new Case(14, "ALTER SUBSCRIPTION running SET PUBLICATION p"),
            new Case(14, "ALTER SUBSCRIPTION running SET PUBLICATION p WITH (refresh = false)"),
            new Case(14, "ALTER SUBSCRIPTION running ADD PUBLICATION q WITH (refresh = true)"),
            new Case(14, "ALTER SUBSCRIPTION running ADD PUBLICATION q WITH (refresh = false)"),
            new Case(14, "ALTER SUBSCRIPTION running REFRESH PUBLICATION"),
            new Case(14, "DROP SUBSCRIPTION off"),
            new Case(14, "CREATE PUBLICATION q FOR TABLE t"),
            new Case(14, "ALTER TABLE m DETACH PARTITION m1"),
            new Case(14, "ALTER TABLE m DETACH PARTITION m1 CONCURRENTLY"),
            new Case(14, "ALTER TABLE IF EXISTS m DETACH PARTITION public.m1 CONCURRENTLY"),
            new Case(14, "ALTER TYPE e ADD VALUE 'y'"),
            new Case(14, "REFRESH MATERIALIZED VIEW CONCURRENTLY v"),
            new Case(14, "DO $$ BEGIN PERFORM 1; END $$"),
            new Case(14, "DO $$ BEGIN PERFORM 'COMMIT;'; /* COMMIT; */ END $$"),
            new Case(14, "DO $$ BEGIN COMMIT; END $$"),
            new Case(14, "DO $x$ BEGIN PERFORM 1; ROLLBACK; END $x$ LANGUAGE plpgsql"),
            new Case(14, "DO LANGUAGE plpgsql 'BEGIN COMMIT AND CHAIN; END'"),
            new Case(14, "SAVEPOINT x"),
            new Case(14, "LOCK TABLE t"),
            new Case(14, "TRUNCATE t"),
            new Case(14, "LISTEN x"),
            new Case(14, "NOTIFY x"),
            new Case(14, "CHECKPOINT"),
            new Case(14, "SET work_mem = '8MB'"),
            new Case(14, "RESET ALL"),
            new Case(14, "GRANT SELECT ON t TO reader"),
            new Case(14, "REASSIGN OWNED BY reader TO postgres"),
            new Case(14, "DROP OWNED BY reader"),
            new Case(14, "ALTER TABLE t SET TABLESPACE pg_default"),
            new Case(14, "ALTER TABLE ALL IN TABLESPACE pg_default SET TABLESPACE pg_default"),
            new Case(14, "CREATE TABLE n AS SELECT 1"));

    static List<Major> majors() {
        return Major.selected();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void theServerRefusesExactlyWhatTheListHolds(Major major) throws SQLException {
        var disagreements = new ArrayList<String>();
        try (PostgresServer server = PostgresServer.start(major, SETTINGS);
                Connection connection = prepared(server)) {
            for (Case each : CASES) {
                if (each.since() <= major.number()) {
                    disagreement(connection, each.sql()).ifPresent(disagreements::add);
                }
            }
        }
        assertThat(disagreements).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void theServerRefusesTheRestForPartitionedRelationsOnly(Major major) throws SQLException {
        var partitioned = new ArrayList<>(List.of("REINDEX TABLE m", "REINDEX INDEX m_a"));
        if (major.number() >= 15) {
            partitioned.addAll(List.of("CLUSTER m USING m_a", "CLUSTER m_a ON m"));
        }
        try (PostgresServer server = PostgresServer.start(major, SETTINGS);
                Connection connection = prepared(server)) {
            for (String sql : partitioned) {
                assertThat(NonTransactional.ifPartitioned(statement(sql))).isPresent();
                assertThat(stateInsideATransaction(connection, sql)).as(sql).isEqualTo("25001");
            }
        }
    }

    private static Connection prepared(PostgresServer server) throws SQLException {
        Connection connection = server.connectAsSuperuser("postgres");
        for (SqlStatement each : SqlScript.parse(OBJECTS).statements()) {
            run(connection, each.text());
        }
        connection.setAutoCommit(false);
        return connection;
    }

    private static Optional<String> disagreement(Connection connection, String sql) throws SQLException {
        Optional<Reason> reason = NonTransactional.reasonOf(statement(sql));
        boolean listed = reason.map(Reason::kind).filter(Kind.COMMAND::equals).isPresent();
        String state = stateInsideATransaction(connection, sql);
        boolean agrees = listed ? REFUSED_IN_A_TRANSACTION.contains(state) : state.equals(SUCCESS);
        return agrees ? Optional.empty() : Optional.of(sql + ": the server says " + state + ", we say " + reason);
    }

    private static SqlStatement statement(String sql) {
        return SqlScript.parse(sql).statements().get(0);
    }

    private static String stateInsideATransaction(Connection connection, String sql) throws SQLException {
        try {
            run(connection, sql);
            return SUCCESS;
        } catch (SQLException failed) {
            return failed.getSQLState();
        } finally {
            connection.rollback();
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
