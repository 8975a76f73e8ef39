package dev.slipway.migrator.failure;

import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * An error in the server's own words, from either driver, but without the values of rows, which must not reach a log.
 *
 * @param severity as the server writes it, in its own language
 * @param sqlState five characters
 * @param routine the server's function that raised it, the same in every language; empty if it does not come from a
 * server
 * @param detail empty if it may contain values; for a key, its columns
 */
public record ServerError(
        String severity,
        String sqlState,
        String message,
        Optional<String> routine,
        Optional<String> detail,
        Optional<String> hint) {
    /** Data exceptions quote the unreadable value, and COPY quotes the field. */
    private static final String DATA_EXCEPTION = "22";

    private static final String INTEGRITY_VIOLATION = "23";

    /** Classes whose DETAIL is about objects, sessions and resources. */
    private static final Set<String> WITHOUT_VALUES =
            Set.of("0A", "25", "2B", "40", "42", "53", "54", "55", "57", "58");

    /** The text of a RAISE comes from the script, whatever its SQLSTATE. */
    private static final String RAISED = "exec_stmt_raise";

    /** From the first quotation mark to the last, in all languages of the server. */
    private static final Pattern QUOTED = Pattern.compile("[\"„“”«»].*[\"„“”«»]", Pattern.DOTALL);

    private static final Pattern KEY = Pattern.compile("\\((?<columns>.+?)\\)=\\(", Pattern.DOTALL);

    public ServerError {
        if (sqlState.startsWith(DATA_EXCEPTION) && !message.startsWith("invalid value for parameter")) {
            message = QUOTED.matcher(message).replaceAll("\"…\"");
        }
    }

    /** An error without a detail. */
    public ServerError(String severity, String sqlState, String message, Optional<String> routine) {
        this(severity, sqlState, message, routine, Optional.empty(), Optional.empty());
    }

    /** The server's error as the JDBC driver received it; empty if the driver itself failed. */
    public static Optional<ServerError> of(@Nullable Throwable failure) {
        return heard(failure).map(ServerError::of);
    }

    /** The server's message without the values that the driver would repeat; otherwise the message of the exception. */
    public static String words(SQLException failure) {
        return of(failure).map(ServerError::message).orElseGet(() -> String.valueOf(failure.getMessage()));
    }

    private static ServerError of(ServerErrorMessage heard) {
        return new ServerError(
                String.valueOf(heard.getSeverity()),
                String.valueOf(heard.getSQLState()),
                String.valueOf(heard.getMessage()),
                Optional.ofNullable(heard.getRoutine()),
                RAISED.equals(heard.getRoutine())
                        ? Optional.empty()
                        : withoutValues(String.valueOf(heard.getSQLState()), heard.getDetail()),
                Optional.ofNullable(heard.getHint()));
    }

    /** The outermost error of the server among the causes, as it sent it. */
    public static Optional<ServerErrorMessage> heard(@Nullable Throwable failure) {
        return Causes.of(failure).stream()
                .map(each -> each instanceof PSQLException refused ? refused.getServerErrorMessage() : null)
                .filter(Objects::nonNull)
                .findFirst();
    }

    private static Optional<String> withoutValues(String state, @Nullable String detail) {
        if (detail == null) {
            return Optional.empty();
        }
        if (state.startsWith(INTEGRITY_VIOLATION)) {
            Matcher key = KEY.matcher(detail);
            return key.find() ? Optional.of("key (" + key.group("columns") + ")") : Optional.empty();
        }
        return WITHOUT_VALUES.contains(state.substring(0, 2)) ? Optional.of(detail) : Optional.empty();
    }

    /** Whether the server ended the session with this error, or refused to open one. */
    boolean endsSession() {
        return severity.equals("FATAL") || severity.equals("PANIC");
    }
}
