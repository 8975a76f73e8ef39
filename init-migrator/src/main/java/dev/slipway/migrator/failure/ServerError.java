package dev.slipway.migrator.failure;

import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * An error in the server's own words, whichever driver heard it.
 *
 * @param severity as the server writes it, in its own language
 * @param sqlState five characters
 */
public record ServerError(String severity, String sqlState, String message) {
    /** What the JDBC driver heard from the server; empty if it failed by itself. */
    public static Optional<ServerError> of(@Nullable Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            ServerErrorMessage heard = each instanceof SQLException error ? heard(error) : null;
            if (heard != null) {
                return Optional.of(of(heard));
            }
        }
        return Optional.empty();
    }

    private static ServerError of(ServerErrorMessage heard) {
        return new ServerError(
                String.valueOf(heard.getSeverity()),
                String.valueOf(heard.getSQLState()),
                String.valueOf(heard.getMessage()));
    }

    static @Nullable ServerErrorMessage heard(SQLException error) {
        return error instanceof PSQLException refused ? refused.getServerErrorMessage() : null;
    }

    /** Whether the server ended the session with it, or did not begin one. */
    boolean endsSession() {
        return severity.equals("FATAL") || severity.equals("PANIC");
    }
}
