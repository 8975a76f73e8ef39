package dev.slipway.bench;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * A ratio to reach.
 *
 * @param measured empty if one of its parts was not measured
 */
record Goal(String text, double atMost, Function<Results, Optional<Double>> measured) {
    private static final String SLIPWAY = "slipway 25 aot";
    private static final String FLYWAY = "Flyway Core, session lock 25 aot";
    private static final String FLYWAY_COMMAND_LINE = "Flyway command line 25 aot";
    private static final String PSQL = "psql select 1";
    private static final String PSQL_STATEMENTS = "psql, same statements";
    private static final String DRIZZLE = "drizzle-orm";

    static final List<Goal> ALL = List.of(
            ratio("nothing to do, 20 applied: first goal, × psql", Scenario.NOOP_20, PSQL, 3.3),
            ratio("nothing to do, 20 applied: second goal, × psql", Scenario.NOOP_20, PSQL, 2),
            ratio("nothing to do, 20 applied: × drizzle-orm", Scenario.NOOP_20, DRIZZLE, 1),
            ratio("nothing to do, 1,000 applied: × psql", Scenario.NOOP_1000, PSQL, 4.5),
            ratio("20 onto empty: × drizzle-orm", Scenario.APPLY_20, DRIZZLE, 1),
            ratio("20 onto empty: × Flyway command line", Scenario.APPLY_20, FLYWAY_COMMAND_LINE, 0.2),
            ratio("1,000 onto empty: × psql with the same statements", Scenario.APPLY_1000, PSQL_STATEMENTS, 1.4),
            ratio("1,000 onto empty: × Flyway command line", Scenario.APPLY_1000, FLYWAY_COMMAND_LINE, 0.3),
            new Goal("50 at once: how many failed", 0, results -> failed(results, Scenario.CROWD)),
            new Goal("50 at once: × Flyway with session lock", 0.55, Goal::crowdRatio),
            new Goal(
                    "50 at once: peak connections",
                    8,
                    results -> results.crowd(Scenario.CROWD, SLIPWAY).map(crowd -> (double) crowd.peakConnections())),
            new Goal("50 at once, 20 slots: how many failed", 0, results -> failed(results, Scenario.CROWD_SLOTS)),
            new Goal(
                    "50 at once, 20 slots, nothing to do: how many failed",
                    0,
                    results -> failed(results, Scenario.CROWD_SLOTS_NOOP)));

    /** A line of a Markdown table. */
    String row(Results results) {
        Optional<Double> value = measured.apply(results);
        String found =
                value.map(number -> String.format(Locale.ROOT, "%.2f", number)).orElse("not measured");
        String verdict =
                value.map(number -> number <= atMost ? "reached" : "**missed**").orElse("");
        return "| " + text + " | " + String.format(Locale.ROOT, "%.2f", atMost) + " | " + found + " | " + verdict
                + " |";
    }

    private static Goal ratio(String text, Scenario scenario, String other, double atMost) {
        return new Goal(
                text,
                atMost,
                results -> results.medianMillis(scenario, SLIPWAY)
                        .flatMap(ours -> results.medianMillis(scenario, other).map(theirs -> ours / theirs)));
    }

    private static Optional<Double> failed(Results results, Scenario scenario) {
        return results.crowd(scenario, SLIPWAY).map(crowd -> (double) Scenario.CROWD_SIZE - crowd.succeeded());
    }

    private static Optional<Double> crowdRatio(Results results) {
        return results.crowd(Scenario.CROWD, SLIPWAY)
                .flatMap(
                        ours -> results.crowd(Scenario.CROWD, FLYWAY).map(theirs -> ours.seconds() / theirs.seconds()));
    }
}
