package dev.slipway.migrator.plan;

import java.util.List;
import java.util.Map;

/** What the pending scripts would do, in the order in which they would run. Immutable. */
public record MigrationPlan(List<ScriptPlan> scripts) {
    public MigrationPlan {
        scripts = List.copyOf(scripts);
    }

    /** @param defaultSchema where names without a schema are looked up */
    public static MigrationPlan of(List<PendingScript> pending, String defaultSchema) {
        return new Planner(defaultSchema).plan(pending);
    }

    /** How many hazards no comment accepts. */
    public int hazardCount() {
        return scripts.stream().mapToInt(script -> script.hazards().size()).sum();
    }

    /** For people, in plain text with line breaks. */
    public String toTable() {
        return new PlanTable(this).render();
    }

    /** For programs: maps, lists, texts, numbers and booleans only. */
    public Map<String, Object> toJson() {
        return PlanJson.of(this);
    }
}
