package dev.slipway.migrator.failure;

import java.sql.SQLException;
import java.util.Map;

/** Reports an error of the database outside any script, in the server's own words. */
public final class UnexpectedSql {
    private UnexpectedSql() {}

    public static RunFailure explain(SQLException failure, String database) {
        String state = SqlState.of(failure).orElse("");
        String reason = Excerpt.of(ServerError.words(failure));
        Refusal refusal = Refusal.outsideOfScripts(
                state, reason.contains("statement timeout"), !SqlState.isConnectionLost(failure));
        return new RunFailure(
                refusal.exitCode(),
                database + " answered: " + reason + (state.isEmpty() ? "" : " (SQLSTATE " + state + ")"),
                refusal.wayOut(),
                Map.of("sqlState", state),
                failure);
    }
}
