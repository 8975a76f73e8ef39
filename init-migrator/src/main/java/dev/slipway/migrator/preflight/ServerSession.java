package dev.slipway.migrator.preflight;

import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** One connection for questions to the server. Used by one thread. */
final class ServerSession {
    /**
     * Long enough for a busy server. The server itself cancels a question after this time, so that the next ones still
     * run.
     */
    private static final String BOUNDS = "set local statement_timeout = 5000; set local lock_timeout = 2000; ";

    /** Only reached if the server does not answer at all. */
    private static final Duration SILENCE = Duration.ofSeconds(8);

    private final PgConnection connection;
    private final Deadline waiting;
    private boolean silent;

    ServerSession(PgConnection connection, Deadline waiting) {
        this.connection = connection;
        this.waiting = waiting;
    }

    /**
     * Sends a question without waiting for the answers to earlier ones. The time limits and the question are one simple
     * query, and so one implicit transaction: no setting stays behind, not even in the shared session of a pooler.
     */
    Future<RowSet<Row>> send(String question) {
        return connection.query(BOUNDS + question).execute();
    }

    /** Waits for the answer to a sent question; returns at once if the server has stopped answering. */
    ServerAnswer answer(Future<RowSet<Row>> sent) {
        if (silent && !sent.isComplete()) {
            return new ServerAnswer.Nothing("the server had stopped answering");
        }
        try {
            return new ServerAnswer.Rows(last(waiting.result(sent, SILENCE)));
        } catch (TimeoutException none) {
            silent = true;
            return new ServerAnswer.Nothing("no answer within " + SILENCE.toSeconds() + " s");
        } catch (ExecutionException failed) {
            return failed.getCause() instanceof PgException refusal
                    ? ServerAnswer.Refused.of(refusal)
                    : new ServerAnswer.Nothing("the connection broke");
        }
    }

    ServerAnswer ask(String question) {
        return answer(send(question));
    }

    /** The process id that the server announced for cancel requests at the start of the session. */
    int announcedPid() {
        return connection.processId();
    }

    boolean isEncrypted() {
        return connection.isSSL();
    }

    /** Closes the session; completes when the connection is gone. */
    Future<Void> close() {
        return connection.close();
    }

    private static List<Row> last(RowSet<Row> first) {
        RowSet<Row> set = first;
        while (set.next() != null) {
            set = set.next();
        }
        var rows = new ArrayList<Row>();
        set.forEach(rows::add);
        return rows;
    }
}
