package dev.slipway.migrator.plan;

import java.util.List;

/**
 * What one script would do.
 *
 * @param hazards that no comment accepts, in the order of their lines
 * @param accepted the others
 */
public record ScriptPlan(
        String name, List<StatementPlan> statements, List<Hazard> hazards, List<AcceptedHazard> accepted) {
    public ScriptPlan {
        statements = List.copyOf(statements);
        hazards = List.copyOf(hazards);
        accepted = List.copyOf(accepted);
    }
}
