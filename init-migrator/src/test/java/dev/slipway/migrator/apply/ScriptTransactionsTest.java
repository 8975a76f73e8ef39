package dev.slipway.migrator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.migrator.files.Layout;
import dev.slipway.migrator.sql.SqlScript;
import dev.slipway.migrator.sql.SqlStatement;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a script's own BEGIN and COMMIT are understood. */
class ScriptTransactionsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "BEGIN; a; b; COMMIT;",
                "begin transaction;\r\na;\r\nb;\r\nend",
                "START\tTRANSACTION; a; b; COMMIT WORK",
                "/* why */ BEGIN -- so\n WORK; a; b; End Transaction;",
                "a; BEGIN; b; COMMIT AND NO CHAIN",
                "BEGIN; a; b; COMMIT; COMMIT",
                "COMMIT; a; b",
                "BEGIN; COMMIT; a; b",
                "BEGIN; a; b; COMMIT; BEGIN; COMMIT",
                "a; b"
            })
    void aWholeFileIsOneTransactionWithoutThem(String sql) {
        assertThat(mode(sql)).isEqualTo(new ScriptMode.Transactional());
        assertThat(sent(sql)).containsExactly("a", "b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET x = 1; BEGIN; a; COMMIT; RESET x",
                "BEGIN; SAVEPOINT s; a; ROLLBACK TO s; RELEASE s; COMMIT",
                "BEGIN; a; ROLLBACK WORK TO SAVEPOINT s; COMMIT",
                "BEGIN; SET LOCAL x = 1; DO 'begin null; end'; COMMIT"
            })
    void settingsAndSavepointsBelongToIt(String sql) {
        assertThat(mode(sql)).isEqualTo(new ScriptMode.Transactional());
        assertThat(sent(sql)).noneMatch(each -> each.equals("BEGIN") || each.equals("COMMIT"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "COMMIT; VACUUM t",
                "COMMIT; CREATE INDEX CONCURRENTLY i ON t (x); BEGIN",
                "SET x = 1; END; DROP INDEX CONCURRENTLY i; START TRANSACTION",
                "VACUUM t; CREATE INDEX CONCURRENTLY ON t (x)"
            })
    void whatRefusesATransactionRunsAloneAfterACommit(String sql) {
        assertThat(mode(sql)).isInstanceOf(ScriptMode.Standalone.class);
        assertThat(sent(sql)).noneMatch(each -> each.equals("COMMIT") || each.equals("END") || each.equals("BEGIN"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "BEGIN ISOLATION LEVEL SERIALIZABLE; a; COMMIT~1: BEGIN with a mode starts or ends",
                "START TRANSACTION READ ONLY; a; COMMIT~1: START TRANSACTION with a mode",
                "BEGIN; a; COMMIT AND CHAIN; b; COMMIT~1: COMMIT AND CHAIN starts or ends",
                "BEGIN; a; ROLLBACK~1: ROLLBACK starts or ends",
                "a; ABORT~1: ABORT starts or ends",
                "BEGIN; a; PREPARE TRANSACTION 'x'~1: PREPARE TRANSACTION starts or ends",
                "BEGIN; a; b~1: the transaction that begins here is never committed",
                "BEGIN; a; BEGIN; b; COMMIT~1: BEGIN stands inside the transaction that begins in line 1",
                "BEGIN; CREATE INDEX CONCURRENTLY i ON t (x); COMMIT~1: CREATE INDEX CONCURRENTLY cannot run inside a"
                        + " transaction block, but line 1 begins one"
            })
    void whatMeansMoreIsRefusedEverywhere(String sql, String expected) {
        for (boolean mayMix : new boolean[] {false, true}) {
            assertThat(ScriptMode.of(SqlScript.parse(sql), false, mayMix))
                    .isInstanceOfSatisfying(
                            ScriptMode.Refused.class,
                            refused -> assertThat(refused.line() + ": " + refused.what())
                                    .startsWith(expected));
        }
    }

    /** The author may have lost the BEGIN and what followed it. */
    @ParameterizedTest
    @ValueSource(strings = {"a;\nCOMMIT", "SET x = 1; a;\nend work;", "a; b;\r\ncommit; RESET x"})
    void aCommitOfTheToolsTransactionIsForADrizzleFolderOnly(String sql) {
        assertThat(mode(sql)).isInstanceOfSatisfying(ScriptMode.Refused.class, refused -> {
            assertThat(refused.line()).isEqualTo(2);
            assertThat(refused.what()).contains("starts or ends a transaction by itself, but the history row");
        });
        assertThat(ScriptMode.of(SqlScript.parse(sql), false, true)).isEqualTo(new ScriptMode.Transactional());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "a; COMMIT; b~1",
                "BEGIN; a; COMMIT; BEGIN; b; COMMIT~1",
                "BEGIN; a; COMMIT; BEGIN; b~1",
                "a; COMMIT; VACUUM t~",
                "a; COMMIT; VACUUM t; BEGIN; b~1,2",
                "COMMIT; a; b~1",
                "COMMIT; VACUUM t; BEGIN; a; b; COMMIT; c~1,3",
                "a; VACUUM t; b~"
            })
    void severalAreForADrizzleFolderOnly(String sql, String cuts) {
        SqlScript script = SqlScript.parse(sql);
        assertThat(ScriptMode.of(script, false, true))
                .isInstanceOfSatisfying(
                        ScriptMode.Mixed.class,
                        mixed -> assertThat(mixed.cuts())
                                .containsAll(
                                        cuts == null
                                                ? List.of()
                                                : List.of(cuts.split(",")).stream()
                                                        .map(Integer::valueOf)
                                                        .toList()));
        boolean oneInFlyway = sql.equals("COMMIT; a; b");
        assertThat(ScriptMode.of(script, false, false))
                .isInstanceOf(oneInFlyway ? ScriptMode.Transactional.class : ScriptMode.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "COMMIT;--> statement-breakpoint\nCREATE INDEX CONCURRENTLY i ON t (x);",
                "COMMIT;\n--> statement-breakpoint\nCREATE INDEX CONCURRENTLY i ON t (x);--> statement-breakpoint\nBEGIN;",
                "commit\r\n--> statement-breakpoint\r\ncreate index concurrently i on t (x)"
            })
    void theUsualWayOfDrizzlesUsersIsUnderstood(String sql) {
        SqlScript script = Layout.DRIZZLE_FOLDERS.parse(sql);
        ScriptMode mode = ScriptMode.of(script, false, true);
        assertThat(mode).isInstanceOf(ScriptMode.Standalone.class);
        assertThat(ScriptMode.toSend(script, mode).statements())
                .singleElement()
                .satisfies(statement -> assertThat(statement.line()).isGreaterThan(1));
    }

    private static ScriptMode mode(String sql) {
        return ScriptMode.of(SqlScript.parse(sql), false, false);
    }

    private static List<String> sent(String sql) {
        return ScriptMode.toSend(SqlScript.parse(sql), mode(sql)).statements().stream()
                .map(SqlStatement::text)
                .toList();
    }
}
