package dev.slipway.migrator.preflight;

import dev.slipway.migrator.history.HistoryVerdict.Objection;
import dev.slipway.migrator.plan.PlannedScript;
import java.util.List;
import java.util.Optional;

/**
 * The result of comparing files and history, in words for people. Immutable.
 *
 * @param applied how many migrations count as applied
 * @param pending the scripts that would run, in order
 * @param held contract migrations that this phase leaves for later
 * @param ahead applied migrations without a file
 * @param scripts the pending SQL, to find its hazards
 * @param oldestAppVersion the oldest version of the application that the schema works with; empty if none is set
 * @param remark a remark for people that stops no run; empty if there is none
 * @param objections the reasons why the migration would refuse to start
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
