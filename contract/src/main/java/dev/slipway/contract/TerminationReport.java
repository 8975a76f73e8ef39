package dev.slipway.contract;

/**
 * The names in the JSON object that the migrator writes as its termination message and the webhook reads: people see it in
 * {@code kubectl describe pod}.
 */
public final class TerminationReport {
    /** The kubelet keeps so many bytes. */
    public static final int MAX_BYTES = 4096;

    /** One sentence for people. */
    public static final String MESSAGE = "message";
    /** What to do about it; absent if there is nothing to do. */
    public static final String WAY_OUT = "wayOut";

    public static final String EXIT_CODE = "exitCode";
    /** A word of {@link RunOutcome}. */
    public static final String OUTCOME = "outcome";

    public static final String COMMAND = "command";
    /** Of the newest applied migration; absent if it is not known. */
    public static final String SCHEMA_VERSION = "schemaVersion";
    /** The scripts that this run applied; absent if there was no room for them. */
    public static final String APPLIED = "applied";
    /** How many scripts that were; only if {@link #TRUNCATED}. */
    public static final String APPLIED_COUNT = "appliedCount";

    public static final String WAITED_MILLIS = "waitedMs";
    public static final String DURATION_MILLIS = "durationMs";
    /** Facts by name; absent if there are none. */
    public static final String DETAILS = "details";
    /** Whether fields were left out to keep within {@link #MAX_BYTES}; absent if not. */
    public static final String TRUNCATED = "truncated";

    private TerminationReport() {}
}
