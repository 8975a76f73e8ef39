package dev.slipway.migrator.plan;

import java.util.List;

/** What one script would do, and the hazards in it that no comment accepts, by line. */
public record ScriptPlan(String name, List<StatementPlan> statements, List<Hazard> hazards) {
    public ScriptPlan {
        statements = List.copyOf(statements);
        hazards = List.copyOf(hazards);
    }
}
