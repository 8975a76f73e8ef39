package dev.slipway.migrator.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlScriptTest {
    private static List<String> texts(String script) {
        return SqlScript.parse(script).statements().stream()
                .map(SqlStatement::text)
                .toList();
    }

    @Test
    void splitsAtSemicolonsAndLeavesThemOut() {
        assertThat(texts("SELECT 1;SELECT 2 ;\n SELECT 3")).containsExactly("SELECT 1", "SELECT 2", "SELECT 3");
    }

    @Test
    void emptyStatementsAndCommentsAloneGiveNothing() {
        assertThat(texts("")).isEmpty();
        assertThat(texts(";; ; -- nothing\n/* here */;")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 'a;b'",
                "SELECT 'it''s; fine'",
                "SELECT 'a backslash \\'",
                "SELECT E'it\\'s; escaped \\\\'",
                "SELECT e'a' -- comment\n 'goes on with \\' and ;'",
                "SELECT E'a'\n\n  'b\\';'",
                "SELECT U&'d\\0061t;a'",
                "SELECT U&\"d\\0061t;a\" FROM t",
                "SELECT N'n;', B'01', X'1F;'",
                "SELECT \"a;b\", \"a\"\";\"",
                "SELECT $$a;b$$",
                "SELECT $tag$ a; $$ b; $$ $other$ ; $tag$",
                "SELECT $été$ ; $été$",
                "SELECT $a$ $a $a$",
                "SELECT $delim$...$junk$delim$",
                "SELECT $1, $2 FROM t",
                "SELECT a$b$c, x$$y FROM t",
                "SELECT 1 /* ; /* ; nested */ ; */ + 1",
                "SELECT 1 -- ; not yet\n + 1",
                "SELECT 2 +-- ; a comment inside of an operator\n 1",
                "SELECT 3 */* ; also a comment */ 2",
                "SELECT type'x', name\"y\"",
                "SELECT 'last \\'",
                "CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2)",
                "SELECT (((';')))",
                "SELECT a[1:2], b::text, c := 3",
            })
    void aSemicolonInsideIsNoEnd(String statement) {
        assertThat(texts(statement)).containsExactly(statement);
        assertThat(texts(statement + ";\nSELECT 'next'")).containsExactly(statement, "SELECT 'next'");
    }

    @Test
    void anOrdinaryStringDoesNotKnowBackslashesWhereItGoesOn() {
        assertThat(texts("SELECT 'a'\n'b\\'; SELECT 2")).containsExactly("SELECT 'a'\n'b\\'", "SELECT 2");
        assertThat(texts("SELECT E'a' 'b\\'; SELECT 2")).containsExactly("SELECT E'a' 'b\\'", "SELECT 2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END",
                "create or replace function f() returns int language sql begin /* x */ atomic select 1; end",
                "CREATE PROCEDURE p() BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; SELECT 2; END",
                "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT (CASE WHEN a THEN 1 END); SELECT 2; END",
                "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS end; SELECT r.end, r.case FROM r; END",
                "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC END",
            })
    void aBodyInStandardSqlBelongsToItsRoutine(String routine) {
        assertThat(texts(routine + "; SELECT 1;")).containsExactly(routine, "SELECT 1");
    }

    @Test
    void beginMeansABodyInRoutinesOnly() {
        assertThat(texts("BEGIN; SELECT 1; END; CREATE TABLE begin (atomic int); SELECT 2"))
                .containsExactly("BEGIN", "SELECT 1", "END", "CREATE TABLE begin (atomic int)", "SELECT 2");
        assertThat(texts("CREATE FUNCTION f(begin int) RETURNS int AS $$ SELECT 1; $$ LANGUAGE sql; SELECT 2"))
                .hasSize(2);
    }

    @Test
    void linesAreThoseOfTheFirstAndTheLastToken() {
        SqlScript script = SqlScript.parse("-- about a\n\nSELECT\n  1\n  ;\n/* b */ SELECT 2; SELECT\n3 -- end\n");

        assertThat(script.statements()).extracting(SqlStatement::line).containsExactly(3, 6, 6);
        assertThat(script.statements()).extracting(SqlStatement::endLine).containsExactly(4, 6, 7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void everyLineBreakCounts(String lineBreak) {
        String text =
                String.join(lineBreak, "-- one", "SELECT 1;", "", "COPY t FROM stdin;", "a", "\\.", "SELECT", "2");
        List<SqlStatement> statements = SqlScript.parse(text).statements();

        assertThat(statements).extracting(SqlStatement::line).containsExactly(2, 4, 7);
        assertThat(statements.get(1).copyData()).contains("a" + lineBreak);
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstStatement() {
        SqlStatement first = SqlScript.parse("\uFEFFSELECT 1").statements().get(0);

        assertThat(first.text()).isEqualTo("SELECT 1");
        assertThat(first.line()).isEqualTo(1);
    }

    @Test
    void aNoBreakSpaceIsALetterAsInPostgres() {
        assertThat(texts("SELECT\u00A01;")).containsExactly("SELECT\u00A01");
    }

    @Test
    void inlineDataGoesWithItsCopy() {
        SqlScript script = SqlScript.parse("""
                COPY public.t (a, b) FROM stdin; -- two rows
                1\tit's; fine
                2\t\\N
                \\.

                COPY t FROM STDIN WITH (FORMAT csv);
                \\.
                COPY (SELECT stdin FROM x) TO STDOUT;
                COPY t FROM 'stdin';
                SELECT 1;
                """);

        assertThat(script.statements()).extracting(SqlStatement::line).containsExactly(1, 6, 8, 9, 10);
        assertThat(script.statements().get(0).copyData()).contains("1\tit's; fine\n2\t\\N\n");
        assertThat(script.statements().get(0).text()).isEqualTo("COPY public.t (a, b) FROM stdin");
        assertThat(script.statements().get(1).copyData()).contains("");
        assertThat(script.statements().subList(2, 5))
                .allSatisfy(statement -> assertThat(statement.copyData()).isEmpty());
    }

    @Test
    void commentsBelongToTheStatementBelowOrToTheOneBeforeThemOnItsLine() {
        SqlScript script = SqlScript.parse("-- above\nSELECT /* in */ 1; -- beside\n-- next\nSELECT 2;");

        assertThat(script.statements())
                .extracting(SqlStatement::comments)
                .containsExactly(List.of("-- above", "/* in */", "-- beside"), List.of("-- next"));
    }

    @Test
    void aPositionOfTheServerPointsToALineOfTheScript() {
        SqlStatement statement = SqlScript.parse("\n\nSELECT '\uD83D\uDE80',\n  wrong\nFROM t;")
                .statements()
                .get(0);

        assertThat(statement.lineOfPosition(1)).isEqualTo(3);
        assertThat(statement.lineOfPosition(
                        statement.text().codePointCount(0, statement.text().indexOf("wrong")) + 1))
                .isEqualTo(4);
        assertThat(statement.lineOfPosition(0)).isEqualTo(3);
        assertThat(statement.lineOfPosition(999)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3: the text that starts here is never closed; expected '~SELECT 1;\n\nSELECT 'open; SELECT 2;\n",
                "1: the text that starts here is never closed; expected '~SELECT E'open\\'",
                "1: the text that starts here is never closed; expected '~SELECT E'open\\",
                "2: the text that starts here is never closed; expected '~SELECT 1;\nSELECT U&'open",
                "2: the quoted name that starts here is never closed; expected \"~SELECT 1,\n\"open",
                "1: the quoted name that starts here is never closed; expected \"~SELECT U&\"open",
                "2: the dollar-quoted text that starts here is never closed; expected $body$~\nDO $body$ $$ $Body$;",
                "1: the comment that starts here is never closed; expected */ (comments nest)~/* /* */ SELECT 1;",
                "2: '(' is never closed; expected ')'~SELECT 1;\nCREATE TABLE a (b int;\nSELECT 2;\n",
                "2: 'ATOMIC' is never closed; expected 'END'~CREATE FUNCTION f() RETURNS int BEGIN\n ATOMIC SELECT 1;",
                "1: the data of COPY … FROM stdin is never closed; expected a line with only \\.~COPY t FROM stdin;\n1\n",
                "1: nothing may follow 'COPY … FROM stdin;' on its line; the data starts on the next~COPY t FROM stdin; x\n\\.\n",
                "2: psql's command \\connect is not supported; a script runs in one database~\n\\connect other\nSELECT 1;",
                "1: psql's command \\gset is not supported; expected plain SQL~SELECT 1 \\gset\n",
                "1: psql's command \\restrict is not supported; pg_dump writes it for psql only: remove the line~\\restrict x",
                "1: found a NUL character, which no SQL can hold; is the file in UTF-16 instead of UTF-8?~S\0E\0L\0",
            })
    void whatIsLeftOpenIsNamedWithTheLineWhereItBegan(String case_) {
        String[] parts = case_.split("~", 2);

        assertThatExceptionOfType(SqlSyntaxException.class)
                .isThrownBy(() -> SqlScript.parse(parts[1]))
                .withMessage("line " + parts[0]);
    }

    @Test
    void allProblemsAreNamedAtOnceInTheirOrder() {
        assertThatExceptionOfType(SqlSyntaxException.class)
                .isThrownBy(() -> SqlScript.parse("\\set a 1\nSELECT (1;\n\\i other.sql\nSELECT 'x"))
                .satisfies(exception -> assertThat(exception.problems())
                        .extracting(problem -> problem.line())
                        .containsExactly(1, 2, 3, 4));
    }

    @Test
    void aLongScriptIsReadAsAWhole() {
        String row = "INSERT INTO t VALUES (1, 'a;b', $$c;d$$); -- row\n";
        assertThat(texts(row.repeat(120_000))).hasSize(120_000);
        assertThat(texts("SELECT " + "(".repeat(200_000) + "1" + ")".repeat(200_000)))
                .hasSize(1);
        assertThat(texts("SELECT E'a'\n".repeat(1) + "'b'\n".repeat(400_000))).hasSize(1);
        assertThat(texts("/*".repeat(300_000) + "*/".repeat(300_000))).isEmpty();
        assertThat(texts("SELECT $a ".repeat(300_000))).hasSize(1);
    }

    @Test
    void aMarkCutsAScriptWhereverItStandsAndLinesGoOn() {
        SqlScript script = SqlScript.parseParts(
                "create table a (id int)\n--cut\ncreate table b (id int);--cut\n\nselect 1", "--cut");
        assertThat(script.statements())
                .extracting(SqlStatement::text)
                .containsExactly("create table a (id int)", "create table b (id int)", "select 1");
        assertThat(script.statements()).extracting(SqlStatement::line).containsExactly(1, 3, 5);
    }

    @Test
    void whatIsOpenAtAMarkIsNamedWithItsLine() {
        assertThatExceptionOfType(SqlSyntaxException.class)
                .isThrownBy(() -> SqlScript.parseParts("select 1;\nselect 'a\n--cut\nselect (2", "--cut"))
                .withMessageContaining("line 2: ")
                .withMessageContaining("line 4: ");
    }
}
