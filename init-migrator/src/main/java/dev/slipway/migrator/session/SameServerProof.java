package dev.slipway.migrator.session;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.postgresql.PGConnection;

/**
 * Proves a transaction pooler: two connections that are open at the same time have two server processes, unless
 * something in between hands one process to both. Session locks protect nothing behind such a pooler, because it lends
 * the locked session to other clients. Failing to prove it proves nothing; the lock is checked again after it was
 * taken.
 */
public final class SameServerProof {
    /** A busy pooler may by chance answer from two processes, but rarely every time. */
    private static final int LOOKS = 3;

    private SameServerProof() {}

    /**
     * Whether the answering server process is the one announced when the connection began. Poolers announce a key of
     * their own, because they handle cancel requests themselves. If this is true, no second connection is needed, and a
     * full server might not have one.
     */
    public static boolean isDirect(Connection connection) throws SQLException {
        return serverProcess(connection)
                == connection.unwrap(PGConnection.class).getBackendPID();
    }

    /**
     * @param two connections that are open at the same time
     * @return whether both have been answered by the same server process
     */
    public static boolean isPooled(List<Connection> two) throws SQLException {
        for (int look = 0; look < LOOKS; look++) {
            if (serverProcess(two.get(0)) == serverProcess(two.get(1))) {
                return true;
            }
        }
        return false;
    }

    /** The process id that the server has for this session; a pooler announces another one. */
    public static int serverProcess(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select pg_backend_pid()")) {
            result.next();
            return result.getInt(1);
        }
    }
}
