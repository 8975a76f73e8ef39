package dev.slipway.migrator.apply;

import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.sql.SqlStatement;
import java.sql.SQLException;
import java.util.Optional;

/** What goes with the statements of a script: callbacks around them, and the change that the history gets. */
public interface HistoryChange {
    default void beforeScript() {}

    default void afterScript() {}

    /** After an error that ends the script for good, once its transaction has been rolled back. */
    default void afterError() {}

    default void beforeStatement(SqlStatement statement) {}

    default void afterStatement(SqlStatement statement) {}

    /**
     * Changes the history, in the transaction of the caller: at once if the database has to answer first, else by SQL
     * that goes with what commits it.
     *
     * @param role SQL that brings back the role that we are, whatever role the script has set
     * @param millis how long the script ran, as an SQL expression
     * @return what is still to be sent; empty, or ends with a semicolon
     */
    String record(String role, String millis) throws SQLException;

    /** What a failure of {@link #record} means; empty if it is nothing that only this change knows. */
    default Optional<RunFailure> explain(Throwable failure) {
        return Optional.empty();
    }

    /** Whether it adds a row to the history. */
    boolean addsRow();

    /** Whether {@link #record} can do without answers of the database. */
    boolean isAllSql();
}
