package dev.slipway.migrator.failure;

import java.sql.SQLException;
import java.util.Map;

/** What the database answered outside of any script, in the server's own words. */
public final class UnexpectedSql {
    private UnexpectedSql() {}

    public static RunFailure explain(SQLException failure, String database) {
        String state = SqlState.of(failure).orElse("");
        String reason = Excerpt.of(reason(failure));
        Refusal refusal = Refusal.outsideOfScripts(state, reason, !SqlState.isConnectionLost(failure));
        return new RunFailure(
                refusal.exitCode(),
                database + " answered: " + reason + (state.isEmpty() ? "" : " (SQLSTATE " + state + ")"),
                refusal.wayOut(),
                Map.of("sqlState", state),
                failure);
    }

    /** What the JDBC driver makes of the server's words has the values of rows in it. */
    private static String reason(SQLException failure) {
        return ServerError.heard(failure) == null
                ? String.valueOf(failure.getMessage())
                : ServerError.of(failure).orElseThrow().message();
    }
}
