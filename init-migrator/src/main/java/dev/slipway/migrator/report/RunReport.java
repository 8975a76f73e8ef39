package dev.slipway.migrator.report;

import dev.slipway.contract.ExitCode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a run ended: the one source of the last log line, the termination message, the metrics and the exit code.
 *
 * @param command as typed, such as migrate
 * @param outcome one word for programs
 * @param message one sentence for people; never with a secret
 * @param wayOut what to do; empty where there is nothing to do
 * @param schemaVersion of the newest applied migration, where it is known
 * @param applied scripts that this run applied, in order
 * @param waited for another replica, or for a table that is locked
 * @param duration of the whole run
 * @param details facts by name: SQLSTATE, script, line, holder
 */
public record RunReport(
        String command,
        ExitCode exitCode,
        Outcome outcome,
        String message,
        String wayOut,
        Optional<String> schemaVersion,
        List<String> applied,
        Duration waited,
        Duration duration,
        Map<String, Object> details) {
    /** What a run came to, in the word that metrics and messages use. */
    public enum Outcome {
        UP_TO_DATE("up-to-date"),
        APPLIED("applied"),
        /** Another replica applied it while this one waited. */
        WAITED("waited"),
        CHECKED("checked"),
        ROLLED_BACK("rolled-back"),
        FAILED("failed"),
        TERMINATED("terminated");

        private final String word;

        Outcome(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    public RunReport {
        applied = List.copyOf(applied);
        details = new LinkedHashMap<>(details);
    }

    /** All of it, for JSON; the sentence first, as that is what {@code kubectl describe} shows of a long text. */
    public Map<String, Object> fields() {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("message", message);
        if (!wayOut.isEmpty()) {
            fields.put("wayOut", wayOut);
        }
        fields.put("exitCode", exitCode.code());
        fields.put("outcome", outcome.word());
        fields.put("command", command);
        schemaVersion.ifPresent(version -> fields.put("schemaVersion", version));
        fields.put("applied", applied);
        fields.put("waitedMs", waited.toMillis());
        fields.put("durationMs", duration.toMillis());
        if (!details.isEmpty()) {
            fields.put("details", details);
        }
        return fields;
    }
}
