package dev.slipway.migrator.preflight;

import dev.slipway.migrator.failure.ServerError;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;

/** How a question to the server ended. */
sealed interface ServerAnswer {
    record Rows(List<Row> rows) implements ServerAnswer {
        /** For questions that always have exactly one row. */
        Row only() {
            return rows.get(0);
        }
    }

    /** The server answered with an error. */
    record Refused(String sqlState, String message) implements ServerAnswer {
        static Refused of(PgException failure) {
            ServerError error = error(failure);
            return new Refused(error.sqlState(), error.message());
        }

        /** The error in the form shared by both drivers, without the values of rows. */
        static ServerError error(PgException failure) {
            return new ServerError(
                    String.valueOf(failure.getSeverity()),
                    String.valueOf(failure.getSqlState()),
                    String.valueOf(failure.getErrorMessage()),
                    Optional.ofNullable(failure.getRoutine()));
        }
    }

    /** There was no answer: it took too long, or the connection is gone. */
    record Nothing(String reason) implements ServerAnswer {}
}
