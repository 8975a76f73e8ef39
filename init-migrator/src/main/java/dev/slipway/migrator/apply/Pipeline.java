package dev.slipway.migrator.apply;

import dev.slipway.migrator.failure.SqlState;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.Field;
import org.postgresql.core.NativeQuery;
import org.postgresql.core.Query;
import org.postgresql.core.QueryExecutor;
import org.postgresql.core.ResultCursor;
import org.postgresql.core.ResultHandlerBase;
import org.postgresql.core.SqlCommand;
import org.postgresql.core.Tuple;

/**
 * A transaction whose messages are sent at once, and answered at once: one round trip instead of one for each. The
 * server executes, times out and shows each of them as if it had come alone, and refuses all others after one that
 * fails.
 *
 * <p>Uses the driver's internals below JDBC's batches, because a batch does not tell which statement failed.
 */
final class Pipeline {
    /**
     * Commits if a transaction is open. If a statement has ended that transaction, this fails and rolls back what came
     * before it in its message; a plain COMMIT would only warn.
     */
    private static final String COMMIT = "commit and chain;commit";

    private final Connection connection;
    private final Consumer<SQLWarning> warnings;

    /**
     * @param connection whose {@code preferQueryMode} is simple, as {@code Connector} makes it
     * @param warnings receives the server's notices, in order
     */
    Pipeline(Connection connection, Consumer<SQLWarning> warnings) {
        this.connection = connection;
        this.warnings = warnings;
    }

    /**
     * The result of one exchange.
     *
     * @param done how many statements were executed
     * @param endedBy the index of the statement that ended the transaction; empty if none did
     * @param committed whether the server said that it has committed
     * @param row the first row of the query that followed, as text; empty if there was none
     * @param failure the server's first error; empty if there was none, or if it came after the commit
     */
    record Result(
            int done,
            OptionalInt endedBy,
            boolean committed,
            Optional<List<String>> row,
            Optional<SQLException> failure) {}

    /**
     * Runs in a transaction that is already open: after a failed BEGIN, each statement would commit by itself. All of
     * them must fit into the buffers of a socket, because no answer is read until everything is sent.
     *
     * @param statements each a single one, none of them COPY
     * @param last SQL sent in the same message as the commit; ends with a semicolon
     * @param afterwards SQL that follows the commit in its message; executed only if that succeeds
     * @param next begins the next transaction, in a message of its own, because a transaction takes its time from the
     * message that begins it
     */
    Result run(List<String> statements, String last, String afterwards, String next) throws SQLException {
        QueryExecutor executor = connection.unwrap(BaseConnection.class).getQueryExecutor();
        var messages = new ArrayList<NativeQuery>();
        statements.forEach(each -> messages.add(message(each)));
        messages.add(message(last + COMMIT + ";" + afterwards));
        messages.add(message(next));
        var answers = new Answers(statements.size());
        try {
            executor.execute(executor.wrap(messages), null, answers, 0, 0, QueryExecutor.QUERY_EXECUTE_AS_SIMPLE);
        } catch (SQLException failure) {
            return answers.result(Optional.of(failure).filter(each -> !answers.committed));
        }
        return answers.result(Optional.empty());
    }

    private static NativeQuery message(String sql) {
        return new NativeQuery(sql, SqlCommand.BLANK);
    }

    /** The driver calls it for each answer in turn. */
    private final class Answers extends ResultHandlerBase {
        private final int statements;
        private int done;
        private OptionalInt endedBy = OptionalInt.empty();
        private boolean committed;
        private @Nullable Tuple row;

        Answers(int statements) {
            this.statements = statements;
        }

        @Override
        public void handleResultRows(Query query, Field[] fields, List<Tuple> rows, @Nullable ResultCursor cursor) {
            if (committed && row == null && !rows.isEmpty()) {
                row = rows.get(0);
            }
            executed();
        }

        @Override
        public void handleCommandStatus(String status, long count, long oid) {
            committed |= done >= statements && status.equals("COMMIT");
            executed();
        }

        private void executed() {
            if (getException() == null && done < statements) {
                done++;
            }
        }

        /** The driver calls it if more answers follow and no transaction is open. */
        @Override
        public void secureProgress() {
            if (!committed && endedBy.isEmpty() && getException() == null) {
                endedBy = OptionalInt.of(done - 1);
            }
        }

        @Override
        public void handleWarning(SQLWarning warning) {
            warnings.accept(warning);
        }

        /**
         * Keeps the first error: for later messages the server only says that the transaction has failed, or the
         * connection is gone.
         */
        @Override
        public void handleError(SQLException error) {
            if (getException() == null || SqlState.isOutOfReach(error)) {
                super.handleError(error);
            }
        }

        Result result(Optional<SQLException> failure) {
            return new Result(done, endedBy, committed, Optional.ofNullable(row).map(Answers::texts), failure);
        }

        private static List<String> texts(Tuple row) {
            var texts = new ArrayList<String>();
            for (int column = 0; column < row.fieldCount(); column++) {
                byte[] bytes = row.get(column);
                texts.add(bytes == null ? "null" : new String(bytes, StandardCharsets.UTF_8));
            }
            return texts;
        }
    }
}
