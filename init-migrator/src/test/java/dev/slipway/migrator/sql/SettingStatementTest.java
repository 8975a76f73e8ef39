package dev.slipway.migrator.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingStatementTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET x = 1",
                "set\tx = 1",
                "set\r\nx to 1",
                "SET -- a comment\n x = 1",
                "SET/**/x = 1",
                "sEt\u000Bx TO DEFAULT",
                "SET my.transaction = 1",
                "SET LOCAL lock_timeout = '2s'",
                "SET  SESSION\tlock_timeout = 0",
                "SET SESSION AUTHORIZATION bob",
                "SET LOCAL SESSION AUTHORIZATION DEFAULT",
                "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE",
                "SET ROLE bob",
                "SET LOCAL ROLE NONE",
                "SET TIME\tZONE 'UTC'",
                "SET NAMES 'LATIN1'",
                "SET SCHEMA 'app'",
                "SET transaction_isolation = 'serializable'",
                "RESET ALL",
                "reset\trole",
                "RESET SESSION AUTHORIZATION",
                "RESET/* */ work_mem",
                "select set_config('search_path', '', false)",
                "SELECT\tpg_catalog.set_config('search_path', 'a'::text, true)",
                "select set_config('a.b', '1', false), pg_catalog . set_config('a.c', E'\\t', false)"
            })
    void sets(String sql) {
        assertThat(SettingStatement.is(statement(sql))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
                "set\tlocal transaction read only",
                "SET SESSION TRANSACTION READ WRITE",
                "SET CONSTRAINTS ALL DEFERRED",
                "settle",
                "resetting",
                "\"set\" x",
                "UPDATE t SET x = 1",
                "DISCARD ALL",
                "DISCARD PLANS",
                "SELECT set_config('a', nextval('s')::text, false)",
                "SELECT set_config('a', '1', false) FROM t",
                "SELECT set_config('a', '1', false), f()",
                "SELECT app.set_config('a', '1', false)",
                "SELECT 'SET x = 1'",
                "DO 'begin set x = 1; end'",
                "LISTEN set"
            })
    void setsNothing(String sql) {
        assertThat(SettingStatement.is(statement(sql))).isFalse();
    }

    private static SqlStatement statement(String sql) {
        return SqlScript.parse(sql).statements().get(0);
    }
}
