package dev.slipway.migrator.failure;

import dev.slipway.contract.ExitCode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Ends a run that has not brought the schema to the state this replica needs: the exit code, one sentence for people,
 * the way out, and facts for programs. It has no stack trace, because it is an expected result, not a defect.
 */
public final class RunFailure extends RuntimeException {
    /** The command as ways out refer to it. */
    public static final String REPAIR = "'slipway repair' (k8s/jobs/db-repair.yaml is its Job)";

    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;
    private final String wayOut;
    private final transient Map<String, Object> details;

    /**
     * @param message what happened; never contains a secret
     * @param wayOut what to do about it
     * @param details facts by name, in the order in which they are shown
     */
    public RunFailure(
            ExitCode exitCode, String message, String wayOut, Map<String, ?> details, @Nullable Throwable cause) {
        super(message, cause, true, false);
        this.exitCode = exitCode;
        this.wayOut = wayOut;
        this.details = new LinkedHashMap<>(details);
    }

    public RunFailure(ExitCode exitCode, String message, String wayOut) {
        this(exitCode, message, wayOut, Map.of(), null);
    }

    public ExitCode exitCode() {
        return exitCode;
    }

    public String sentence() {
        return String.valueOf(getMessage());
    }

    public String wayOut() {
        return wayOut;
    }

    public Map<String, Object> details() {
        return details;
    }
}
