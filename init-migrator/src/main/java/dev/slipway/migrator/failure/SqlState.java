package dev.slipway.migrator.failure;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an SQLSTATE means for a run: give up, try the statement again, or connect again. */
public final class SqlState {
    /** The server has no free connection slot: other replicas hold them, so later is the answer. */
    public static final String TOO_MANY_CONNECTIONS = "53300";

    public static final String LOCK_NOT_AVAILABLE = "55P03";
    public static final String INSUFFICIENT_PRIVILEGE = "42501";
    public static final String QUERY_CANCELED = "57014";

    /** Lock timeout, deadlock, serialization failure: rolled back, and likely to work when tried again. */
    private static final Set<String> WORTH_ANOTHER_TRY = Set.of(LOCK_NOT_AVAILABLE, "40P01", "40001");

    /** Authorization and a database that does not exist: waiting does not help. */
    private static final Set<String> HOPELESS = Set.of("28P01", "28000", "3D000", "42501");

    private SqlState() {}

    /** The SQLSTATE of the innermost cause that has one; empty where none has. */
    public static Optional<String> of(@Nullable Throwable failure) {
        Optional<String> state = Optional.empty();
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof SQLException sql && sql.getSQLState() != null) {
                state = Optional.of(sql.getSQLState());
            }
        }
        return state;
    }

    /** Whether a statement may work when its transaction is tried again on the same connection. */
    public static boolean isWorthAnotherTry(Throwable failure) {
        return of(failure).filter(WORTH_ANOTHER_TRY::contains).isPresent();
    }

    /** Whether the connection is gone: cut, or ended by the server. */
    public static boolean isConnectionLost(Throwable failure) {
        return of(failure).map(SqlState::endsConnection).orElseGet(() -> hasIoCause(failure));
    }

    /** Whether the server was not reached at all; false where it answered, even if only with a refusal. */
    public static boolean isOutOfReach(Throwable failure) {
        return of(failure).map(state -> state.startsWith("08")).orElseGet(() -> hasIoCause(failure));
    }

    /** Whether trying to connect again can help: everything but a refused identity or an unknown database. */
    public static boolean isHopeless(Throwable failure) {
        return of(failure).filter(HOPELESS::contains).isPresent();
    }

    /**
     * Class 08 is "connection exception"; 57P01 to 57P05 are the server's ways to end a session or to refuse one; 25P03 and
     * 25P04 are sessions that it ended after idle_in_transaction_session_timeout and transaction_timeout.
     */
    private static boolean endsConnection(String state) {
        return state.startsWith("08") || state.startsWith("57P") || state.equals("25P03") || state.equals("25P04");
    }

    private static boolean hasIoCause(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof IOException) {
                return true;
            }
        }
        return false;
    }
}
