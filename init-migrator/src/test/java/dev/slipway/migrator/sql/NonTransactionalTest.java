package dev.slipway.migrator.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.migrator.sql.NonTransactional.Kind;
import dev.slipway.migrator.sql.NonTransactional.Reason;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NonTransactionalTest {
    private static SqlStatement statement(String sql) {
        return SqlScript.parse(sql).statements().get(0);
    }

    private static Optional<Reason> reasonOf(String sql) {
        return NonTransactional.reasonOf(statement(sql));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "VACUUM",
                "vacuum (analyze) t",
                "/* first */ VACUUM FULL t",
                "CLUSTER",
                "CLUSTER VERBOSE",
                "CLUSTER (VERBOSE)",
                "REPACK",
                "REPACK (CONCURRENTLY) t",
                "DISCARD ALL",
                "COMMIT PREPARED 'x'",
                "ROLLBACK PREPARED 'x'",
                "REINDEX TABLE CONCURRENTLY t",
                "REINDEX INDEX CONCURRENTLY i",
                "REINDEX (CONCURRENTLY) TABLE t",
                "REINDEX (VERBOSE, CONCURRENTLY true) INDEX i",
                "REINDEX SCHEMA s",
                "REINDEX SCHEMA CONCURRENTLY s",
                "REINDEX DATABASE d",
                "REINDEX SYSTEM",
                "CREATE DATABASE d",
                "CREATE TABLESPACE t LOCATION '/x'",
                "CREATE INDEX CONCURRENTLY ON t (a)",
                "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON s.t (a)",
                "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p",
                "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (create_slot = true)",
                "DROP DATABASE d",
                "DROP TABLESPACE t",
                "DROP SUBSCRIPTION s",
                "DROP INDEX CONCURRENTLY IF EXISTS i",
                "ALTER SYSTEM SET x = 1",
                "ALTER DATABASE d SET TABLESPACE t",
                "ALTER SUBSCRIPTION s REFRESH PUBLICATION",
                "ALTER SUBSCRIPTION s SET PUBLICATION p",
                "ALTER SUBSCRIPTION s ADD PUBLICATION p WITH (copy_data = false)",
                "ALTER SUBSCRIPTION s SET (failover = true)",
                "ALTER SUBSCRIPTION s SET (two_phase = false)",
                "ALTER TABLE m DETACH PARTITION m1 CONCURRENTLY",
                "DO $$ BEGIN DELETE FROM t; COMMIT; END $$",
                "DO LANGUAGE plpgsql 'BEGIN COMMIT AND CHAIN; END'",
            })
    void isACommandThatRunsAlone(String sql) {
        assertThat(reasonOf(sql)).map(Reason::kind).contains(Kind.COMMAND);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BEGIN",
                "BEGIN ISOLATION LEVEL SERIALIZABLE",
                "START TRANSACTION",
                "COMMIT",
                "COMMIT AND CHAIN",
                "END",
                "ROLLBACK",
                "ROLLBACK WORK",
                "ABORT",
                "PREPARE TRANSACTION 'x'",
            })
    void startsOrEndsATransaction(String sql) {
        assertThat(reasonOf(sql)).map(Reason::kind).contains(Kind.TRANSACTION_CONTROL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ANALYZE t",
                "CLUSTER t USING i",
                "CLUSTER i ON t",
                "REPACK t",
                "DISCARD PLANS",
                "REINDEX TABLE t",
                "REINDEX (VERBOSE) INDEX i",
                "REINDEX (CONCURRENTLY false) TABLE t",
                "CREATE TABLE concurrently_built (a int)",
                "CREATE INDEX concurrently_built ON t (a)",
                "CREATE INDEX \"CONCURRENTLY\" ON t (a)",
                "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (connect = false)",
                "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (create_slot = off)",
                "DROP INDEX i",
                "DROP TABLE t",
                "ALTER DATABASE d SET timezone = 'UTC'",
                "ALTER SUBSCRIPTION s DISABLE",
                "ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = false)",
                "ALTER SUBSCRIPTION s SET (slot_name = NONE)",
                "ALTER TABLE m DETACH PARTITION m1",
                "ALTER TABLE m DETACH PARTITION m1 FINALIZE",
                "ALTER TYPE e ADD VALUE 'x'",
                "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
                "ROLLBACK TO SAVEPOINT s",
                "ROLLBACK TRANSACTION TO s",
                "SAVEPOINT s",
                "PREPARE q AS SELECT 1",
                "DO $$ BEGIN RAISE NOTICE 'COMMIT;'; END $$",
                "DO $$ BEGIN INSERT INTO commit VALUES (1); -- COMMIT;\n END $$",
                "SELECT 'VACUUM'",
                "ALTER TYPE s.e ADD VALUE IF NOT EXISTS 'x'",
                "CALL p()",
            })
    void runsInATransaction(String sql) {
        assertThat(reasonOf(sql)).isEmpty();
    }

    @Test
    void theRelationThatDecidesIsNamed() {
        assertThat(NonTransactional.ifPartitioned(statement("REINDEX TABLE s.m")))
                .contains(QualifiedName.of("s", "m"));
        assertThat(NonTransactional.ifPartitioned(statement("CLUSTER (VERBOSE) m USING i")))
                .contains(QualifiedName.of("m"));
        assertThat(NonTransactional.ifPartitioned(statement("CLUSTER i ON m"))).contains(QualifiedName.of("m"));
        assertThat(NonTransactional.ifPartitioned(statement("REINDEX SCHEMA s")))
                .isEmpty();
        assertThat(NonTransactional.ifPartitioned(statement("SELECT 1"))).isEmpty();
    }

    @Test
    void theReasonReadsAsASentence() {
        assertThat(reasonOf("DISCARD ALL").map(Reason::toString))
                .contains("DISCARD ALL cannot run inside a transaction block");
        assertThat(reasonOf("COMMIT").map(Reason::toString)).contains("COMMIT starts or ends a transaction by itself");
    }
}
