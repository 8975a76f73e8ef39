package dev.slipway.migrator.preflight;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.PreflightCheck;
import java.util.List;
import java.util.Optional;

/**
 * What the files say about a history, in the words that people read. Immutable.
 *
 * @param applied how many migrations count as applied
 * @param pending the scripts that would run, in order
 * @param held contract migrations that this phase leaves for later
 * @param drift what was changed, is missing or came late: one sentence for each
 * @param ahead applied migrations that no file knows
 * @param hazards what the pending SQL would do to a database in use: one sentence for each
 * @param oldestAppVersion the oldest version of the application that the schema works with; empty where nothing says so
 * @param refusals for what else the migration would refuse to start
 */
public record MigrationState(
        int applied,
        List<String> pending,
        List<String> held,
        List<String> drift,
        List<String> ahead,
        List<String> hazards,
        Optional<String> oldestAppVersion,
        List<Refusal> refusals) {
    /**
     * A reason for which the migration would not start.
     *
     * @param check under which the pre-flight reports it
     * @param exitCode with which it would end
     */
    public record Refusal(PreflightCheck check, ExitCode exitCode, String seen, String wayOut) {}

    public MigrationState {
        pending = List.copyOf(pending);
        held = List.copyOf(held);
        drift = List.copyOf(drift);
        ahead = List.copyOf(ahead);
        hazards = List.copyOf(hazards);
        refusals = List.copyOf(refusals);
    }
}
