package dev.slipway.migrator.report;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.RunOutcome;
import dev.slipway.contract.TerminationReport;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a run ended: the single source of the last log line, the termination message, the metrics and the exit code.
 *
 * @param command as typed, such as migrate
 * @param outcome one word for programs
 * @param message one sentence for people; never contains a secret
 * @param wayOut what to do; empty if there is nothing to do
 * @param schemaVersion of the newest applied migration, if it is known
 * @param applied scripts that this run applied, in order
 * @param waited the time spent waiting for another replica, or for a locked table
 * @param duration of the whole run
 * @param details facts by name: SQLSTATE, script, line, holder
 */
public record RunReport(
        String command,
        ExitCode exitCode,
        RunOutcome outcome,
        String message,
        String wayOut,
        Optional<String> schemaVersion,
        List<String> applied,
        Duration waited,
        Duration duration,
        Map<String, Object> details) {
    public RunReport {
        applied = List.copyOf(applied);
        details = new LinkedHashMap<>(details);
    }

    /** The same under another word for programs, for a command that looked in the way of another. */
    public RunReport as(RunOutcome other) {
        return new RunReport(
                command, exitCode, other, message, wayOut, schemaVersion, applied, waited, duration, details);
    }

    /**
     * All fields, for JSON. The sentence comes first, because {@code kubectl describe} shows only the start of a long
     * text.
     */
    public Map<String, Object> fields() {
        var fields = new LinkedHashMap<String, Object>();
        fields.put(TerminationReport.MESSAGE, message);
        if (!wayOut.isEmpty()) {
            fields.put(TerminationReport.WAY_OUT, wayOut);
        }
        fields.put(TerminationReport.EXIT_CODE, exitCode.code());
        fields.put(TerminationReport.OUTCOME, outcome.word());
        fields.put(TerminationReport.COMMAND, command);
        schemaVersion.ifPresent(version -> fields.put(TerminationReport.SCHEMA_VERSION, version));
        fields.put(TerminationReport.APPLIED, applied);
        fields.put(TerminationReport.WAITED_MILLIS, waited.toMillis());
        fields.put(TerminationReport.DURATION_MILLIS, duration.toMillis());
        if (!details.isEmpty()) {
            fields.put(TerminationReport.DETAILS, details);
        }
        return fields;
    }
}
