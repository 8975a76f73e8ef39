package dev.slipway.migrator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.migrator.sql.SqlScript;
import org.junit.jupiter.api.Test;

class ScriptModeTest {
    @Test
    void ordinaryStatementsRunInOneTransaction() {
        assertThat(mode("create table a (id int); insert into a values (1)")).isEqualTo(new ScriptMode.Transactional());
    }

    @Test
    void aConcurrentIndexAloneRunsOutside() {
        assertThat(mode("create index concurrently i on a (id)")).isInstanceOf(ScriptMode.Standalone.class);
    }

    @Test
    void aSetMayStandBesideIt() {
        assertThat(mode("SET statement_timeout = 0;\ncreate index concurrently i on a (id);\nRESET statement_timeout"))
                .isInstanceOf(ScriptMode.Standalone.class);
    }

    @Test
    void aConcurrentIndexAmongOtherStatementsIsRefusedWithItsLine() {
        assertThat(mode("create table a (id int);\n\ncreate index concurrently i on a (id)"))
                .isInstanceOfSatisfying(ScriptMode.Refused.class, refused -> {
                    assertThat(refused.line()).isEqualTo(3);
                    assertThat(refused.what()).contains("CREATE INDEX CONCURRENTLY", "file of its own");
                });
    }

    @Test
    void aFileOfDrizzleMayMixBoth() {
        String sql = "create table a (id int);\n\ncreate index concurrently i on a (id)";
        assertThat(ScriptMode.of(SqlScript.parse(sql), false, true)).isEqualTo(new ScriptMode.Mixed());
    }

    @Test
    void aRollbackInTheScriptIsRefused() {
        assertThat(mode("begin;\nupdate a set id = 1;\nrollback"))
                .isInstanceOfSatisfying(ScriptMode.Refused.class, refused -> {
                    assertThat(refused.line()).isEqualTo(3);
                    assertThat(refused.what()).contains("history row has to commit together");
                });
    }

    @Test
    void theScriptsOwnConfigurationWins() {
        assertThat(ScriptMode.of(SqlScript.parse("begin; select 1; commit"), true, false))
                .isInstanceOf(ScriptMode.Standalone.class);
    }

    private static ScriptMode mode(String sql) {
        return ScriptMode.of(SqlScript.parse(sql), false, false);
    }
}
