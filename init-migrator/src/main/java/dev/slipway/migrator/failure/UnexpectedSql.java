package dev.slipway.migrator.failure;

import dev.slipway.contract.ExitCode;
import java.sql.SQLException;
import java.util.Map;

/** What the database answered outside of any script: the exit code that fits, and the server's own words. */
public final class UnexpectedSql {
    private UnexpectedSql() {}

    public static RunFailure explain(SQLException failure, String database) {
        String state = SqlState.of(failure).orElse("");
        String reason = Excerpt.of(String.valueOf(failure.getMessage()));
        ExitCode code = exitCode(failure, state);
        return new RunFailure(
                code,
                database + " answered: " + reason + (state.isEmpty() ? "" : " (SQLSTATE " + state + ")"),
                wayOut(code, state),
                Map.of("sqlState", state),
                failure);
    }

    private static ExitCode exitCode(SQLException failure, String state) {
        if (SqlState.isConnectionLost(failure)) {
            return ExitCode.DATABASE_UNREACHABLE;
        }
        // Privileges, and a server that takes no writes (25006): the environment, not the migration.
        return state.equals(SqlState.INSUFFICIENT_PRIVILEGE) || state.equals("25006")
                ? ExitCode.PREFLIGHT_REFUSED
                : ExitCode.MIGRATION_FAILED;
    }

    private static String wayOut(ExitCode code, String state) {
        return switch (state) {
            case SqlState.INSUFFICIENT_PRIVILEGE ->
                "grant this role what it lacks (usage and create on the schema; select, insert, update and delete on the"
                        + " history table), or let their owner migrate";
            case "25006" -> "name the primary: this server is a standby or read-only";
            default -> code.wayOut();
        };
    }
}
