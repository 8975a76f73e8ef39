package dev.slipway.migrator.apply;

import dev.slipway.migrator.sql.SqlStatement;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** The database refused a statement of a script. Its cause says why; SQLSTATE and message are those of the cause. */
class StatementFailure extends SQLException {
    private static final long serialVersionUID = 1L;

    private final transient SqlStatement statement;
    private final boolean timedOut;

    StatementFailure(SqlStatement statement, SQLException cause) {
        this(statement, cause, false);
    }

    /** @param timedOut whether the statement was cancelled because it reached its timeout */
    StatementFailure(SqlStatement statement, SQLException cause, boolean timedOut) {
        super(cause.getMessage(), cause.getSQLState(), cause);
        this.statement = statement;
        this.timedOut = timedOut;
    }

    boolean timedOut() {
        return timedOut;
    }

    SqlStatement statement() {
        return statement;
    }

    /** The line of the script that the server points at; otherwise the first line of the statement. */
    int line() {
        ServerErrorMessage server =
                getCause() instanceof PSQLException refused ? refused.getServerErrorMessage() : null;
        return statement.lineOfPosition(server == null ? 0 : server.getPosition());
    }
}
