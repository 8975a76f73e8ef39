package dev.slipway.migrator.plan;

import dev.slipway.migrator.report.Terminal;
import java.util.List;
import java.util.Map;

/** What the pending scripts would do, in the order in which they would run. Immutable. */
public record MigrationPlan(List<ScriptPlan> scripts) {
    public MigrationPlan {
        scripts = List.copyOf(scripts);
    }

    /**
     * @param defaultSchema where names without a schema are looked up
     * @param catalogue the answer to {@link Catalogue#question} about the same scripts
     */
    public static MigrationPlan of(List<PlannedScript> pending, String defaultSchema, Catalogue catalogue) {
        return new Planner(defaultSchema, catalogue).plan(pending);
    }

    /** How many hazards no comment accepts. */
    public int hazardCount() {
        return scripts.stream().mapToInt(script -> script.hazards().size()).sum();
    }

    /**
     * For people.
     *
     * @param all every statement with its locks, however long that is; otherwise a summary of what does not fit on a screen
     */
    public String toTable(boolean all, Terminal terminal) {
        var table = new PlanTable(this, terminal);
        return all || table.fitsOnAScreen() ? table.render() : PlanSummary.of(this, terminal);
    }

    /** For programs: maps, lists, texts, numbers and booleans only. */
    public Map<String, Object> toJson() {
        return PlanJson.of(this);
    }
}
