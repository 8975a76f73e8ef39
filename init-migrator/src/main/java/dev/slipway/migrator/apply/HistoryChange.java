package dev.slipway.migrator.apply;

import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.sql.SqlStatement;
import java.sql.SQLException;
import java.util.Optional;

/** What belongs to a script besides its statements: callbacks around them, and the change to the history. */
public interface HistoryChange {
    default void beforeScript() {}

    default void afterScript() {}

    /** After an error that ends the script for good, once its transaction has been rolled back. */
    default void afterError() {}

    default void beforeStatement(SqlStatement statement) {}

    default void afterStatement(SqlStatement statement) {}

    /**
     * Changes the history, in the transaction of the caller: at once if it needs an answer from the database, otherwise
     * by SQL that is sent together with the commit.
     *
     * @param role SQL that restores our own role, whatever role the script has set
     * @param millis how long the script ran, as an SQL expression
     * @return the SQL still to be sent; empty, or ends with a semicolon
     */
    String record(String role, String millis) throws SQLException;

    /** What a failure of {@link #record} means; empty if this change has nothing to add to the error itself. */
    default Optional<RunFailure> explain(Throwable failure) {
        return Optional.empty();
    }

    /** Whether it adds a row to the history. */
    boolean addsRow();

    /** Whether {@link #record} needs no answer from the database. */
    boolean isAllSql();
}
