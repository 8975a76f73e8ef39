package dev.slipway.migrator.failure;

import dev.slipway.contract.ExitCode;

/**
 * The one table of refusals: what may fix each kind, how the run ends otherwise, and the way out, the same for every
 * command and both drivers. Loaded only if something fails.
 *
 * <p>It lists first how connecting fails, then what the server refuses in an open session, in scripts and outside them.
 * One SQLSTATE may mean different things in these three cases. For a script the exit code is always
 * {@link ExitCode#MIGRATION_FAILED}.
 */
public enum Refusal {
    STARTING_UP(
            Heals.WHILE_CONNECTING,
            ExitCode.DATABASE_UNREACHABLE,
            "wait for the server; raise connect-timeout if it starts slowly"),
    ROLE_FULL(
            Heals.WHILE_CONNECTING,
            ExitCode.DATABASE_UNREACHABLE,
            "the role has reached its connection limit: make the application's pools smaller, give the migrator"
                    + " a role of its own, or raise the role's limit"),
    DATABASE_FULL(
            Heals.WHILE_CONNECTING,
            ExitCode.DATABASE_UNREACHABLE,
            "the database has reached its connection limit: make the application's pools smaller, or raise the"
                    + " database's limit"),
    SERVER_FULL(
            Heals.WHILE_CONNECTING,
            ExitCode.DATABASE_UNREACHABLE,
            "all connection slots are taken: make the application's pools smaller, or raise max_connections"),
    CLOSED_DATABASE(
            Heals.WHILE_CONNECTING,
            ExitCode.DATABASE_UNREACHABLE,
            "it admits no connections at all: when its maintenance is over, as an administrator: alter database"
                    + " %s allow_connections true"),
    SHORT_OF_RESOURCES(
            Heals.WHILE_CONNECTING,
            ExitCode.DATABASE_UNREACHABLE,
            "look into the server's log for what it lacks: memory, disk space, or something else"),
    UNKNOWN_HOST(
            Heals.WHILE_CONNECTING,
            ExitCode.DATABASE_UNREACHABLE,
            "check its spelling; a Service of another namespace is called NAME.NAMESPACE"),
    NOTHING_LISTENS(
            Heals.WHILE_CONNECTING,
            ExitCode.DATABASE_UNREACHABLE,
            "check host and port, and whether the database is running"),
    UNREACHABLE(
            Heals.WHILE_CONNECTING,
            ExitCode.DATABASE_UNREACHABLE,
            "check host, port and the network policies between this pod and the database"),
    NO_ANSWER(
            Heals.WHILE_CONNECTING,
            ExitCode.DATABASE_UNREACHABLE,
            "check host, port and the network policies between this pod and the database; a timeout rather than"
                    + " a refusal often means a firewall"),
    CLOSED(
            Heals.WHILE_CONNECTING,
            ExitCode.DATABASE_UNREACHABLE,
            "check that this port speaks the PostgreSQL protocol; a proxy without a backend closes like this"),
    NO_PRIMARY(Heals.WHILE_CONNECTING, ExitCode.PREFLIGHT_REFUSED, "name the primary among the hosts"),
    POOLER(Heals.NEVER, ExitCode.PREFLIGHT_REFUSED, "put the URL of the server itself into DIRECT_URL"),
    WRONG_PASSWORD(
            Heals.NEVER,
            ExitCode.DATABASE_UNREACHABLE,
            "correct user and password in the Secret or the variables; a Secret that was rotated must match the"
                    + " role's password"),
    NO_PASSWORD(
            Heals.NEVER,
            ExitCode.DATABASE_UNREACHABLE,
            "no password was given: set PGPASSWORD, or put it into the URL or the Secret"),
    NOT_ADMITTED(
            Heals.NEVER,
            ExitCode.DATABASE_UNREACHABLE,
            "check user, database and sslmode against the server's pg_hba.conf, and whether the role may log in"),
    NO_DATABASE(
            Heals.NEVER,
            ExitCode.DATABASE_UNREACHABLE,
            "correct the database name in the URL or PGDATABASE, or create the database"),
    MAY_NOT_CONNECT(
            Heals.NEVER, ExitCode.DATABASE_UNREACHABLE, "as an administrator: grant connect on database %s to %s"),
    NO_TLS(Heals.NEVER, ExitCode.DATABASE_UNREACHABLE, "switch on ssl at the server, or write sslmode=prefer"),
    TLS(
            Heals.NEVER,
            ExitCode.DATABASE_UNREACHABLE,
            "check sslmode, the server's certificate, and the client certificate if the server asks for one"),
    CHANNEL_BINDING(
            Heals.NEVER,
            ExitCode.DATABASE_UNREACHABLE,
            "channel binding needs TLS and a password that the server checks by scram-sha-256: provide both, or"
                    + " write channel_binding=prefer"),
    OTHER_DATABASE(
            Heals.NEVER,
            ExitCode.DATABASE_UNREACHABLE,
            "start again, as a container that the kubelet restarts does by itself: a new run begins with the new"
                    + " database from the beginning"),
    NOT_CONNECTED(
            Heals.NEVER, ExitCode.DATABASE_UNREACHABLE, "look into the server's log, and check the options in the URL"),

    SESSION_ENDED(
            Heals.BY_ANOTHER_ROUND,
            ExitCode.DATABASE_UNREACHABLE,
            "look into the server's log for what ended the session; if nothing did, into the network between"
                    + " this pod and the server"),
    LOCKED(
            Heals.BY_ANOTHER_TRY,
            ExitCode.WAIT_TIMEOUT,
            "end the session that is in the way, or raise lock-timeout, and start again"),
    COLLIDED(
            Heals.BY_ANOTHER_TRY,
            ExitCode.MIGRATION_FAILED,
            "other transactions got in the way each time: start again when less is going on"),
    DISK_FULL(
            Heals.NEVER,
            ExitCode.MIGRATION_FAILED,
            "free space on the database server, or give it a larger disk, and start again; the SQL need not"
                    + " change"),
    OUT_OF_MEMORY(
            Heals.NEVER,
            ExitCode.MIGRATION_FAILED,
            "give the database server more memory, or lower its maintenance_work_mem, and start again; the SQL"
                    + " need not change"),
    TIMED_OUT(
            Heals.NEVER,
            ExitCode.MIGRATION_FAILED,
            "raise statement-timeout, or split the statement; one that the script itself sets has to be changed"
                    + " there"),
    CANCELLED(
            Heals.NEVER,
            ExitCode.MIGRATION_FAILED,
            "someone cancelled the statement by pg_cancel_backend: find out why, and start again; the SQL need"
                    + " not change"),
    DUPLICATE_KEY(
            Heals.NEVER,
            ExitCode.MIGRATION_FAILED,
            "rows with the same key are there already: merge or delete them in a migration that comes before,"
                    + " or correct what this one inserts"),
    BROKEN_BY_ROWS(
            Heals.NEVER,
            ExitCode.MIGRATION_FAILED,
            "rows break the constraint: correct them in a migration that comes before, or correct what this one"
                    + " writes"),
    NEW_ENUM_VALUE(
            Heals.NEVER,
            ExitCode.MIGRATION_FAILED,
            "put what uses the new enum value into a migration of its own, after the one that adds it"),
    REFUSES_TRANSACTION(
            Heals.NEVER,
            ExitCode.MIGRATION_FAILED,
            "give the statement a script of its own, with executeInTransaction=false in a .conf file of the"
                    + " script's name"),
    LACKS_PRIVILEGE(
            Heals.NEVER,
            ExitCode.MIGRATION_FAILED,
            "grant the privilege to the role that migrates, or let the owner migrate"),
    EXISTS(
            Heals.NEVER,
            ExitCode.MIGRATION_FAILED,
            "it is there already, perhaps made by hand or by another tool: remove it if nothing needs it, or"
                    + " correct the SQL and ship a new image"),
    NEEDED_BY_OTHERS(
            Heals.NEVER,
            ExitCode.MIGRATION_FAILED,
            "drop or change first what depends on it, in this migration or one before it"),
    WRONG_SQL(Heals.NEVER, ExitCode.MIGRATION_FAILED, ExitCode.MIGRATION_FAILED.wayOut()),
    NO_GRANT(
            Heals.NEVER,
            ExitCode.PREFLIGHT_REFUSED,
            "grant this role what it lacks (usage and create on the schema; select, insert, update and delete"
                    + " on the history table), or let their owner migrate"),
    READ_ONLY(Heals.NEVER, ExitCode.PREFLIGHT_REFUSED, "name the primary: this server is a standby or read-only"),
    UNEXPECTED(
            Heals.NEVER,
            ExitCode.MIGRATION_FAILED,
            "no migration is at fault: look into the server's log, and start again");

    /** What may fix a refusal without a change, and within which budget. */
    public enum Heals {
        NEVER,
        /** Trying to connect until connect-timeout is spent. */
        WHILE_CONNECTING,
        /** Connecting again and checking what was applied, five times in a run. */
        BY_ANOTHER_ROUND,
        /**
         * Running the script again, nine times within about three minutes; outside scripts, trying again until
         * wait-timeout.
         */
        BY_ANOTHER_TRY
    }

    private final Heals heals;
    private final ExitCode exitCode;
    private final String wayOut;

    Refusal(Heals heals, ExitCode exitCode, String wayOut) {
        this.heals = heals;
        this.exitCode = exitCode;
        this.wayOut = wayOut;
    }

    public Heals heals() {
        return heals;
    }

    /** The exit code of a run, if the refusal happened outside a script. */
    public ExitCode exitCode() {
        return exitCode;
    }

    /** @param names names for the way out, as SQL: the database, then the role */
    public String wayOut(Object... names) {
        return wayOut.formatted(names);
    }

    /** Classifies the server's error in place of a session. */
    public static Refusal whileConnecting(ServerError error) {
        return switch (error.sqlState()) {
            case "57P01", "57P02", "57P03" -> STARTING_UP;
            case "53300" -> full(error.routine().orElse(""));
            case "55000" -> CLOSED_DATABASE;
            case "28P01" -> WRONG_PASSWORD;
            case "28000" -> NOT_ADMITTED;
            case "3D000" -> NO_DATABASE;
            case "42501" -> MAY_NOT_CONNECT;
            // PgBouncer uses this one code for all its errors.
            case "08P01" -> ofPooler(error.message());
            default ->
                switch (error.sqlState().substring(0, 2)) {
                    case "08" -> CLOSED;
                    case "53", "55", "57", "58" -> SHORT_OF_RESOURCES;
                    default -> NOT_CONNECTED;
                };
        };
    }

    /** Decides by the function that raised the error, because the message is in the server's language. */
    private static Refusal full(String routine) {
        return switch (routine) {
            case "InitializeSessionUserId" -> ROLE_FULL;
            case "CheckMyDatabase" -> DATABASE_FULL;
            default -> SERVER_FULL;
        };
    }

    /** PgBouncer's messages are always English. */
    private static Refusal ofPooler(String message) {
        if (message.startsWith("unsupported startup parameter")) {
            return POOLER;
        }
        return message.startsWith("no such database") ? NO_DATABASE : CLOSED;
    }

    /**
     * Classifies a failure inside a script.
     *
     * @param timedOut whether a statement was cancelled because it reached its timeout
     * @param sessionLives false if the connection is gone: then the SQLSTATE does not come from the script
     */
    public static Refusal ofScript(String sqlState, boolean timedOut, boolean sessionLives) {
        if (!sessionLives) {
            return SESSION_ENDED;
        }
        return switch (sqlState) {
            case SqlState.LOCK_NOT_AVAILABLE -> LOCKED;
            case "40P01", "40001" -> COLLIDED;
            case "53100" -> DISK_FULL;
            case "53200" -> OUT_OF_MEMORY;
            case SqlState.QUERY_CANCELED -> timedOut ? TIMED_OUT : CANCELLED;
            case "23505" -> DUPLICATE_KEY;
            case "23502", "23503", "23514", "23P01" -> BROKEN_BY_ROWS;
            case "55P04" -> NEW_ENUM_VALUE;
            case "25001", "2D000" -> REFUSES_TRANSACTION;
            case SqlState.INSUFFICIENT_PRIVILEGE -> LACKS_PRIVILEGE;
            case "42P04", "42P06", "42P07", "42701", "42710", "42723" -> EXISTS;
            case "2BP01" -> NEEDED_BY_OTHERS;
            default -> WRONG_SQL;
        };
    }

    /** Classifies the failure of a statement of this program itself. */
    public static Refusal outsideOfScripts(String sqlState, boolean timedOut, boolean sessionLives) {
        Refusal refusal = ofScript(sqlState, timedOut, sessionLives);
        return switch (refusal) {
            case SESSION_ENDED, LOCKED, COLLIDED, DISK_FULL, OUT_OF_MEMORY, CANCELLED, TIMED_OUT -> refusal;
            case LACKS_PRIVILEGE -> NO_GRANT;
            default -> sqlState.equals("25006") ? READ_ONLY : UNEXPECTED;
        };
    }
}
