package dev.slipway.contract;

/**
 * How a run of the migrator ended, as the number that the kubelet, a shell and a CI system see. The numbers are a
 * public promise: they are never reused for another meaning.
 */
public enum ExitCode {
    /** The schema is where this replica needs it. Nothing else ends with 0. */
    OK(0, Retry.NOT_NEEDED, "the schema is where this replica needs it", "nothing to do"),
    USAGE(
            2,
            Retry.POINTLESS,
            "usage or configuration; all problems are listed",
            "correct the listed flags, variables, files or annotations"),
    DATABASE_UNREACHABLE(
            3,
            Retry.MAY_HELP,
            "the database was not reachable within connect-timeout",
            "check host, port, credentials and network policy; raise connect-timeout if the database starts slowly"),
    PREFLIGHT_REFUSED(
            4,
            Retry.POINTLESS,
            "pre-flight refused: read-only or standby server, missing privilege, transaction pooler, server too old, damaged history",
            "do what the refused check says, for example name the primary or the direct URL, or grant the privilege"),
    /** The run itself has tried again what that may help: a lock-timeout, a deadlock, a lost connection. */
    MIGRATION_FAILED(
            5,
            Retry.POINTLESS,
            "a migration failed; SQLSTATE, file, line and statement are named",
            "correct the SQL and ship a new image; what ran in a transaction was rolled back"),
    HISTORY_DIFFERS(
            6,
            Retry.POINTLESS,
            "files and history disagree: checksum, missing, out of order, schema ahead with schema-ahead=fail, application too old for the schema; or lint found something",
            "restore the file that was applied and put the change into a new migration"),
    WAIT_TIMEOUT(
            7,
            Retry.MAY_HELP,
            "wait-timeout was spent while another replica migrated; it is named with what it runs and what blocks it",
            "look at the named holder; end it with the printed query if it hangs, or raise wait-timeout"),
    ROLLBACK_REFUSED(
            8,
            Retry.POINTLESS,
            "the rollback was refused before anything ran",
            "do what the reason says: write the missing undo script, or repeat the confirmation that it prints"),
    /** 128 + SIGTERM, as shells and the kubelet report it. */
    TERMINATED(143, Retry.MAY_HELP, "ended by SIGTERM; the running migration was rolled back", "nothing to do");

    /** Whether starting the same container again can end differently. */
    public enum Retry {
        NOT_NEEDED,
        MAY_HELP,
        POINTLESS
    }

    private final int code;
    private final Retry retry;
    private final String meaning;
    private final String wayOut;

    ExitCode(int code, Retry retry, String meaning, String wayOut) {
        this.code = code;
        this.retry = retry;
        this.meaning = meaning;
        this.wayOut = wayOut;
    }

    /** The process exit status, 0 to 255. */
    public int code() {
        return code;
    }

    public Retry retry() {
        return retry;
    }

    /** One line, without a full stop, for the help text and docs/migrator.md. */
    public String meaning() {
        return meaning;
    }

    /** What a person does about it; one line, without a full stop. */
    public String wayOut() {
        return wayOut;
    }
}
