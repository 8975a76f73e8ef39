package dev.slipway.migrator.apply;

import dev.slipway.migrator.failure.Excerpt;
import dev.slipway.migrator.failure.ServerError;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.sql.SqlStatement;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLWarning;
import org.postgresql.util.ServerErrorMessage;

/**
 * Sends the statements of a script to the database one by one, exactly as written. It replaces Flyway's executor for
 * two reasons: one parser then decides both where statements end and which of them refuse a transaction, and a script
 * can continue from its middle.
 */
final class StatementExecution {
    private final Connection connection;
    private final EventLog log;
    private final Duration timeout;
    private String script = "";
    private boolean setsTimeout;

    /** @param timeout the statement_timeout of the session; zero for none */
    StatementExecution(Connection connection, EventLog log, Duration timeout) {
        this.connection = connection;
        this.log = log;
        this.timeout = timeout;
    }

    /** The statements that follow belong to this script. */
    void begin(PendingScript pending) {
        script = pending.name();
        setsTimeout = pending.statements().stream()
                .anyMatch(each -> each.text().toLowerCase(Locale.ROOT).contains("statement_timeout"));
    }

    /**
     * Wraps the failure of a statement. The server uses one SQLSTATE for a timeout and for a user's cancel, and only
     * its message, in its own language, says which; if that is not English, we decide by the elapsed time.
     *
     * @param startNanos when the message that contained the statement was sent
     */
    StatementFailure failure(SqlStatement statement, SQLException refused, long startNanos) {
        String words = ServerError.words(refused);
        boolean late = !timeout.isZero() && System.nanoTime() - startNanos >= timeout.toNanos();
        boolean timedOut =
                words.contains("statement timeout") || (!words.contains("user request") && (setsTimeout || late));
        return new StatementFailure(statement, refused, timedOut);
    }

    /** @throws StatementFailure if the database refused it, or the connection was lost */
    void execute(HistoryChange change, SqlStatement statement) throws StatementFailure {
        change.beforeStatement(statement);
        long start = System.nanoTime();
        try {
            if (statement.copyData().isPresent()) {
                copy(statement, statement.copyData().get());
            } else {
                send(statement);
            }
        } catch (SQLException refused) {
            throw failure(statement, refused, start);
        }
        change.afterStatement(statement);
    }

    private void send(SqlStatement sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // Braces belong to the SQL, for example in array literals, and are not JDBC escapes.
            statement.setEscapeProcessing(false);
            statement.execute(sql.text());
            passOn(statement.getWarnings());
        }
    }

    private void copy(SqlStatement sql, String data) throws SQLException {
        try {
            connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql.text(), new StringReader(data));
        } catch (IOException impossible) {
            throw new IllegalStateException("a text in memory cannot fail to be read", impossible);
        }
    }

    /** Writes the warning, and those chained to it, to the log. */
    void passOn(@Nullable SQLWarning first) {
        for (SQLWarning each = first; each != null; each = each.getNextWarning()) {
            ServerErrorMessage server = each instanceof PSQLWarning known ? known.getServerErrorMessage() : null;
            String text = Excerpt.of(String.valueOf(server == null ? each.getMessage() : server.getMessage()));
            if (isWarning(each)) {
                log.warn(
                        "the database warns",
                        "script",
                        script,
                        "text",
                        text,
                        "sqlState",
                        String.valueOf(each.getSQLState()));
            } else {
                log.info("the database says", "script", script, "text", text);
            }
        }
    }

    /** Notices, such as those of IF NOT EXISTS, arrive as warnings too. */
    private static boolean isWarning(SQLWarning warning) {
        ServerErrorMessage server = warning instanceof PSQLWarning known ? known.getServerErrorMessage() : null;
        return server == null || "WARNING".equals(server.getSeverity());
    }
}
