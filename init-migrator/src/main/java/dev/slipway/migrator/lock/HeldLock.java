package dev.slipway.migrator.lock;

import dev.slipway.migrator.failure.ServerError;
import dev.slipway.migrator.history.HistoryTable;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.OptionalInt;
import org.postgresql.util.ServerErrorMessage;

/**
 * The migration lock while scripts run under it. A script can release the session's lock, for example by
 * {@code pg_advisory_unlock_all()}, so each transaction also takes the lock itself: that one is held until the transaction
 * ends and cannot be released earlier. Used by one thread.
 */
public final class HeldLock {
    /**
     * Begins the text of an error that our own SQL raises. Casting a text that is not a number raises an error without
     * needing a function.
     */
    private static final String MARK = "slipway: ";

    private static final String LOST = MARK + "another session holds the migration lock";
    private static final String APPLIED = "the history has a newer row of this migration";
    private static final String UNIQUE_VIOLATION = "23505";

    private static final String FOR_TRANSACTION = """
            select case when pg_catalog.pg_try_advisory_xact_lock(%1$d, %2$d) and pg_catalog.pg_try_advisory_xact_lock(%3$d)
            then 0 else (%4$s || pg_catalog.pg_backend_pid())::pg_catalog.int4 end;""";

    private static final String IS_HELD = """
            select pg_catalog.count(*) = 2 from pg_catalog.pg_lock_status()
            where locktype = 'advisory' and granted and pid = pg_catalog.pg_backend_pid()
              and ((objsubid = 2 and classid = %d and objid = %s) or (objsubid = 1 and classid = %d and objid = %s))""";

    private static final String TAKE_AGAIN =
            "select pg_catalog.pg_try_advisory_lock(%d, %d) and pg_catalog.pg_try_advisory_lock(%d)";

    private final Connection connection;
    private final HistoryTable table;
    private final LockKey key;
    private final long flywayKey;
    private final String forTransaction;
    private OptionalInt lastRank = OptionalInt.empty();

    /** @param connection the connection that holds the lock of this table */
    public HeldLock(Connection connection, HistoryTable table) {
        this.connection = connection;
        this.table = table;
        this.key = LockKey.of(table);
        this.flywayKey = LockKey.flywayKeyOf(table);
        this.forTransaction = FOR_TRANSACTION.formatted(key.namespace(), key.object(), flywayKey, '\'' + LOST + '\'');
    }

    /** Sets the newest row of the history; from here on, only we add rows. */
    public void historyEndsAt(int rank) {
        lastRank = OptionalInt.of(rank);
    }

    /** Notes that we have added a row after the newest one. */
    public void rowAdded() {
        if (lastRank.isPresent()) {
            lastRank = OptionalInt.of(lastRank.getAsInt() + 1);
        }
    }

    /**
     * SQL that takes the lock until the end of the open transaction, or fails; ends with a semicolon. It never waits.
     * {@link #explain} recognises its failure.
     */
    public String forTransaction() {
        return forTransaction;
    }

    /**
     * SQL that fails unless a statement has added exactly one row; {@link #explain} recognises its failure.
     *
     * @param insert without a semicolon; an INSERT that adds no row if the history has a newer one of this migration
     */
    public static String addsOneRow(String insert) {
        return addsOneRow(insert, APPLIED);
    }

    /**
     * The same with a failure that {@link #isMarked} recognises.
     *
     * @param otherwise what the failure means; without quotes
     */
    public static String addsOneRow(String insert, String otherwise) {
        return "with added as (" + insert + " returning 1) select case pg_catalog.count(*) when 1 then 0 else ('"
                + MARK + otherwise
                + "' || pg_catalog.repeat(' ', pg_catalog.count(*)::pg_catalog.int4))::pg_catalog.int4 end from added;";
    }

    /** Returns {@link LockLost} if the failure means that; empty for every other failure. */
    public Optional<LockLost> explain(Throwable failure) {
        return ServerError.heard(failure).flatMap(this::explain);
    }

    /** Whether {@link #addsOneRow} failed with this meaning. */
    public static boolean isMarked(Throwable failure, String otherwise) {
        return ServerError.heard(failure)
                .filter(error -> String.valueOf(error.getMessage()).contains(MARK + otherwise))
                .isPresent();
    }

    private Optional<LockLost> explain(ServerErrorMessage error) {
        String message = String.valueOf(error.getMessage());
        boolean sameRank = UNIQUE_VIOLATION.equals(error.getSQLState())
                && table.schema().equals(error.getSchema())
                && table.table().equals(error.getTable());
        if (sameRank || message.contains(MARK + APPLIED)) {
            return Optional.of(
                    new LockLost(
                            "the history did not take the row of this migration: another session has migrated"
                                    + " meanwhile, or something on the table keeps the row out; what this one did was rolled back"));
        }
        return message.contains(LOST)
                ? Optional.of(new LockLost("another session holds the migration lock"))
                : Optional.empty();
    }

    /**
     * Called after something that may have released the session's lock: takes it again if it was released.
     *
     * @return whether it had been released
     * @throws LockLost if another session has it now, or has migrated in between
     */
    public boolean keep() throws SQLException {
        if (is(IS_HELD.formatted(
                key.namespace(),
                Integer.toUnsignedString(key.object()),
                flywayKey >>> 32,
                Integer.toUnsignedString((int) flywayKey)))) {
            return false;
        }
        if (!is(TAKE_AGAIN.formatted(key.namespace(), key.object(), flywayKey))) {
            throw new LockLost("the migration lock was released, and another session took it");
        }
        if (!historyIsUnchanged()) {
            throw new LockLost("the migration lock was released, and another session may have migrated meanwhile");
        }
        return true;
    }

    private boolean historyIsUnchanged() throws SQLException {
        return lastRank.isPresent()
                && is("select coalesce(pg_catalog.max(installed_rank), 0) = " + lastRank.getAsInt() + " from "
                        + table.quoted());
    }

    private boolean is(String question) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(question)) {
            return result.next() && result.getBoolean(1);
        }
    }
}
