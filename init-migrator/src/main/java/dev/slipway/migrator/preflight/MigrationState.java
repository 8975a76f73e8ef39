package dev.slipway.migrator.preflight;

import dev.slipway.migrator.history.HistoryVerdict.Objection;
import dev.slipway.migrator.plan.PlannedScript;
import java.util.List;
import java.util.Optional;

/**
 * What the files say about a history, in the words that people read. Immutable.
 *
 * @param applied how many migrations count as applied
 * @param pending the scripts that would run, in order
 * @param held contract migrations that this phase leaves for later
 * @param ahead applied migrations that no file knows
 * @param scripts the pending SQL, for a look at its hazards
 * @param oldestAppVersion the oldest version of the application that the schema works with; empty if nothing says so
 * @param remark what a person should know although it stops no run; empty if there is nothing
 * @param objections for which the migration would refuse to start
 */
public record MigrationState(
        int applied,
        List<String> pending,
        List<String> held,
        List<String> ahead,
        List<PlannedScript> scripts,
        Optional<String> oldestAppVersion,
        Optional<String> remark,
        List<Objection> objections) {
    public MigrationState {
        pending = List.copyOf(pending);
        held = List.copyOf(held);
        ahead = List.copyOf(ahead);
        scripts = List.copyOf(scripts);
        objections = List.copyOf(objections);
    }
}
