package dev.slipway.migrator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.migrator.effects.LockMode;
import dev.slipway.migrator.effects.RelationLock;
import dev.slipway.migrator.effects.Rule;
import dev.slipway.migrator.effects.TableWork;
import dev.slipway.migrator.report.Terminal;
import dev.slipway.migrator.sql.QualifiedName;
import dev.slipway.migrator.sql.SqlScript;
import dev.slipway.migrator.sql.SqlStatement;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MigrationPlanTest {
    private static MigrationPlan plan(String sql) {
        return MigrationPlan.of(
                List.of(new PlannedScript("V1__x.sql", SqlScript.parse(sql))), "shop", Catalogue.UNASKED);
    }

    @Test
    void nothingPendingIsNoHazard() {
        MigrationPlan plan = MigrationPlan.of(List.of(), "public", Catalogue.UNASKED);
        assertThat(plan.hazardCount()).isZero();
        assertThat(plan.toTable(true, Terminal.NONE)).isEqualTo("0 scripts, 0 statements, 0 hazards\n");
    }

    @Test
    void jsonHoldsWhatTheTableHolds() {
        assertThat(plan("\nALTER TABLE orders\n  ADD CHECK (a > 0);").toJson())
                .isEqualTo(Map.of(
                        "hazards",
                        1,
                        "scripts",
                        List.of(Map.of(
                                "script",
                                "V1__x.sql",
                                "statements",
                                List.of(Map.of(
                                        "line",
                                        2,
                                        "endLine",
                                        3,
                                        "command",
                                        "ALTER TABLE",
                                        "transactional",
                                        true,
                                        "locksKnown",
                                        true,
                                        "locks",
                                        List.of(Map.of(
                                                "form",
                                                "ADD CHECK",
                                                "relation",
                                                "shop.orders",
                                                "mode",
                                                "ACCESS EXCLUSIVE",
                                                "blocksReads",
                                                true,
                                                "blocksWrites",
                                                true,
                                                "work",
                                                "scan",
                                                "descendants",
                                                0,
                                                "newRelation",
                                                false)))),
                                "hazards",
                                List.of(Map.of(
                                        "rule",
                                        "constraint-without-not-valid",
                                        "line",
                                        2,
                                        "what",
                                        "a CHECK constraint on shop.orders",
                                        "why",
                                        Rule.CONSTRAINT_WITHOUT_NOT_VALID.why(),
                                        "saferWay",
                                        Rule.CONSTRAINT_WITHOUT_NOT_VALID.saferWay()))))));
    }

    @Test
    void literalsStayOutOfTheReport() {
        MigrationPlan plan =
                plan("CREATE ROLE app PASSWORD 'secret1';\nCREATE USER MAPPING FOR x SERVER y OPTIONS (password "
                        + "'secret2'); ALTER SUBSCRIPTION s CONNECTION 'password=secret3'");
        assertThat(plan.toTable(true, Terminal.NONE) + plan.toJson()).doesNotContain("secret");
    }

    @Test
    void aStatementThatRunsAloneSaysSo() {
        StatementPlan vacuum = plan("VACUUM t").scripts().get(0).statements().get(0);
        assertThat(vacuum.runsAlone()).isTrue();
        assertThat(vacuum.locks())
                .containsExactly(new RelationLock(
                        "", QualifiedName.of("shop", "t"), LockMode.SHARE_UPDATE_EXCLUSIVE, TableWork.SCAN, 0, false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "my_function()",
                "public.\"Own Function\"(1)",
                "nextval('s')",
                "gen_random_uuid()",
                "coalesce(random(), 1)",
                "(1 + (random()))",
                "now() + make_interval(secs => random())",
            })
    void aDefaultThatMayDifferForEachRowRewrites(String expression) {
        assertThat(plan("ALTER TABLE t ADD x text DEFAULT " + expression + " NOT NULL")
                        .hazardCount())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "now()",
                "'random()'",
                "(1 + 2)",
                "CURRENT_TIMESTAMP(3)",
                "'{}'::jsonb",
                "1.5::numeric(10, 2)",
                "E'it''s'",
                "(now() AT TIME ZONE 'utc')",
                "lower('X') || 'y'",
                "true",
                "-1",
                "NULL",
            })
    void aDefaultThatIsTheSameForAllRowsDoesNot(String expression) {
        assertThat(plan("ALTER TABLE t ADD x text DEFAULT " + expression).hazardCount())
                .isZero();
    }

    /** The server refuses half a statement; a plan must not fail on it, nor run forever. */
    @Test
    void everyBeginningOfAStatementCanBePlanned() throws IOException {
        for (PlanCase each : PlanCase.all()) {
            for (SqlStatement statement : each.statements()) {
                for (int end = 0; end <= statement.text().length(); end++) {
                    var half = new SqlStatement(statement.text().substring(0, end), 1, 1, List.of(), Optional.empty());
                    var script = new PlannedScript("V1__x.sql", new SqlScript(List.of(half)));
                    assertThat(MigrationPlan.of(List.of(script), "public", Catalogue.UNASKED)
                                    .scripts())
                            .hasSize(1);
                }
            }
        }
    }

    @Test
    void aLongPlanFitsOnAScreenAndCountsByRule() {
        List<PlannedScript> scripts = IntStream.rangeClosed(1, 600)
                .mapToObj(number -> new PlannedScript(
                        "V" + number + "__x.sql",
                        SqlScript.parse("CREATE TABLE t" + number + " (a int);\nCREATE INDEX ON orders (a);"
                                + (number == 7 ? "\nALTER TABLE items ADD b int; CALL f()" : ""))))
                .toList();
        MigrationPlan plan = MigrationPlan.of(scripts, "public", Catalogue.UNASKED);
        assertThat(plan.toTable(false, Terminal.NONE)).isEqualTo("""
                V1__x.sql to V600__x.sql

                      1  relations in use are blocked for reads and writes
                      1  relations in use are blocked for writes
                      1  statements run what cannot be read

                    600  [create-index-not-concurrent] V1__x.sql, line 2; V2__x.sql, line 2; V3__x.sql, line 2; and 597 more
                      1  [unknown-effects] V7__x.sql, line 3

                600 scripts, 1202 statements, 601 hazards; --all shows each statement with its locks
                """);
        assertThat(plan.toTable(true, Terminal.NONE)).contains("V600__x.sql\n  line");
    }

    @Test
    void aShortPlanIsShownAsAWhole() {
        MigrationPlan plan = plan("ALTER TABLE orders ADD b int");
        assertThat(plan.toTable(false, Terminal.NONE)).isEqualTo(plan.toTable(true, Terminal.NONE));
    }

    @Test
    void statementsInStatementsHaveAnEnd() {
        String deep = "WITH a AS (".repeat(5_000) + "SELECT 1" + ") SELECT 1".repeat(5_000);
        assertThat(plan(deep).hazardCount()).isEqualTo(1);
    }

    @Test
    void deepNestingIsNoProblem() {
        String deep = "(".repeat(50_000) + "1" + ")".repeat(50_000);
        assertThat(plan("ALTER TABLE t ADD x int DEFAULT " + deep).hazardCount())
                .isZero();
    }
}
