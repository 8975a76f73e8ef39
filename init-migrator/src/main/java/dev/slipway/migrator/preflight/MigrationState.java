package dev.slipway.migrator.preflight;

import java.util.List;

/**
 * What the files say about a history, in the words that people read. Immutable.
 *
 * @param applied how many migrations count as applied
 * @param pending the scripts that would run, in order
 * @param held contract migrations that this phase leaves for later
 * @param drift what was changed, is missing or came late: one sentence for each
 * @param ahead applied migrations that no file knows
 * @param hazards what the pending SQL would do to a database in use: one sentence for each
 */
public record MigrationState(
        int applied,
        List<String> pending,
        List<String> held,
        List<String> drift,
        List<String> ahead,
        List<String> hazards) {
    public MigrationState {
        pending = List.copyOf(pending);
        held = List.copyOf(held);
        drift = List.copyOf(drift);
        ahead = List.copyOf(ahead);
        hazards = List.copyOf(hazards);
    }
}
