package dev.slipway.migrator.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DoBlockTest {
    private static DoBlock read(String sql) {
        return DoBlock.of(SqlScript.parse(sql).statements().get(0)).orElseThrow();
    }

    private static List<String> texts(String sql) {
        return read(sql).statements().stream().map(SqlStatement::text).toList();
    }

    @Test
    void everyBranchAndLoopCounts() {
        assertThat(texts("""
                DO $$
                DECLARE r record; n int := 0; c CURSOR FOR SELECT 1;
                BEGIN
                  n := n + 1;
                  IF n > 0 AND EXISTS (SELECT FROM t) THEN
                    UPDATE t SET a = CASE WHEN b THEN 1 ELSE 2 END;
                  ELSIF n < 0 THEN DELETE FROM u;
                  ELSE
                    BEGIN
                      TRUNCATE v;
                    EXCEPTION WHEN others THEN
                      LOCK TABLE w;
                    END;
                  END IF;
                  CASE n WHEN 1 THEN DROP TABLE x; END CASE;
                  <<rows>>
                  FOR r IN DELETE FROM y RETURNING id LOOP
                    PERFORM f(r.id);
                  END LOOP rows;
                  FOR i IN 1..3 LOOP INSERT INTO z VALUES (i); END LOOP;
                  WHILE n < 9 LOOP GET DIAGNOSTICS n = ROW_COUNT; COMMIT; END LOOP;
                  RAISE NOTICE 'DROP TABLE none';
                END $$"""))
                .containsExactly(
                        "UPDATE t SET a = CASE WHEN b THEN 1 ELSE 2 END",
                        "DELETE FROM u",
                        "TRUNCATE v",
                        "LOCK TABLE w",
                        "DROP TABLE x",
                        "DELETE FROM y RETURNING id",
                        "SELECT f(r.id)",
                        "INSERT INTO z VALUES (i)");
    }

    @Test
    void aConstantThatIsExecutedIsSqlLikeAnyOther() {
        DoBlock block = read("do language plpgsql 'begin execute ''drop table a; drop table \"B\"''; end'");
        assertThat(block.statements())
                .extracting(SqlStatement::text)
                .containsExactly("drop table a", "drop table \"B\"");
        assertThat(block.complete()).isTrue();
    }

    @Test
    void theLineIsThatOfTheScript() {
        assertThat(read("\n\nDO $x$\nBEGIN\n  DROP TABLE a;\nEND $x$").statements())
                .extracting(SqlStatement::line)
                .containsExactly(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "EXECUTE format('DROP TABLE %I', 'x')",
                "EXECUTE 'DROP TABLE ' || name",
                "EXECUTE sql USING 1",
                "FOR r IN EXECUTE query LOOP NULL; END LOOP",
                "EXECUTE 'select ''open'",
            })
    void whatIsPutTogetherWhenItRunsCannotBeRead(String statement) {
        assertThat(read("DO $$ BEGIN " + statement + "; END $$").complete()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"DO LANGUAGE plpython3u $$ x $$", "DO $$ x $$ LANGUAGE plperl", "SELECT 1", "DO", "DO x"})
    void otherLanguagesAndOtherStatementsAreNoSuchBlock(String sql) {
        assertThat(DoBlock.of(SqlScript.parse(sql).statements().get(0))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"DO $$", "DO $$ $$", "DO ''", "DO $$ BEGIN IF (", "DO E'\\'"})
    void halfAStatementIsNoProblem(String sql) {
        var half = new SqlStatement(sql, 1, 1, List.of(), java.util.Optional.empty());
        assertThat(DoBlock.of(half).map(DoBlock::statements).orElse(List.of())).isEmpty();
    }
}
