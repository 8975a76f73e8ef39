package dev.slipway.migrator.failure;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the SQLSTATE of a failure, and whether the session survived it. */
public final class SqlState {
    public static final String LOCK_NOT_AVAILABLE = "55P03";
    public static final String INSUFFICIENT_PRIVILEGE = "42501";
    public static final String QUERY_CANCELED = "57014";
    public static final String UNDEFINED_COLUMN = "42703";

    /** No such table, and no such schema. */
    private static final Set<String> ABSENT = Set.of("42P01", "3F000");

    /**
     * States of a server that ends sessions or has no free slot, but may soon accept them again: class 08, 57P01 to
     * 57P05, no free slot, and the timeouts idle_in_transaction_session_timeout and transaction_timeout.
     */
    private static final Set<String> ENDED =
            Set.of("57P01", "57P02", "57P03", "57P04", "57P05", "53300", "25P03", "25P04");

    private SqlState() {}

    /** The SQLSTATE of the innermost cause that has one; empty if none has. */
    public static Optional<String> of(@Nullable Throwable failure) {
        return Causes.of(failure).stream()
                .map(each -> each instanceof SQLException sql ? sql.getSQLState() : null)
                .filter(Objects::nonNull)
                .reduce((outer, inner) -> inner);
    }

    public static boolean is(String state, Throwable failure) {
        return of(failure).filter(state::equals).isPresent();
    }

    /** Whether the queried table does not exist. */
    public static boolean isAbsence(String state) {
        return ABSENT.contains(state);
    }

    /** The same, or the table was created by an earlier Slipway and lacks a column. */
    public static boolean isAbsenceOrOlder(String state) {
        return isAbsence(state) || state.equals(UNDEFINED_COLUMN);
    }

    /**
     * Whether the session is dead: cut, or ended by the server. The SQLSTATE alone does not show it, because a script
     * can raise any of them in a session that stays open. After the server ends a session, the driver's next read
     * fails.
     */
    public static boolean isConnectionLost(Throwable failure) {
        return isOutOfReach(failure)
                || ServerError.of(failure)
                        .filter(error -> error.endsSession() && isEnd(error.sqlState()))
                        .isPresent();
    }

    private static boolean isEnd(String state) {
        return state.startsWith("08") || ENDED.contains(state);
    }

    /** Whether the network or the driver failed; false if there is only an error of the server. */
    public static boolean isOutOfReach(@Nullable Throwable failure) {
        return Causes.of(failure).stream()
                .anyMatch(each ->
                        each instanceof IOException || (each instanceof SQLException error && isDriversOwn(error)));
    }

    /** An error that only wraps another one repeats its SQLSTATE. */
    private static boolean isDriversOwn(SQLException error) {
        return error.getSQLState() != null
                && error.getSQLState().startsWith("08")
                && ServerError.heard(error).isEmpty()
                && SqlState.of(error.getCause()).isEmpty();
    }
}
