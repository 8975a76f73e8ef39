package dev.slipway.migrator.lock;

import dev.slipway.migrator.report.TimeText;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The session that holds the lock, as another session sees it.
 *
 * @param application its {@code application_name}, which for one of ours names namespace and pod
 * @param flyway whether it holds Flyway's own key: a Flyway outside Slipway
 * @param connectedFor the time since the session began
 * @param state as in {@code pg_stat_activity}: active, idle in transaction, …
 * @param statement the start of what it runs or ran last, redacted; empty if this role may not see it
 * @param statementFor the time since that statement began; empty if it may not be seen
 * @param blockedBy the sessions that it waits for
 * @param fingerprint changes whenever the holder visibly makes progress
 */
public record Holder(
        int pid,
        String application,
        boolean flyway,
        Duration connectedFor,
        String state,
        String statement,
        Optional<Duration> statementFor,
        List<Blocker> blockedBy,
        String fingerprint) {
    /** A session that the holder waits for. */
    public record Blocker(int pid, String application, String state, String statement, Duration transactionFor) {
        /** For people: "pid 7 (psql), idle in transaction for 3m: update orders …". */
        public String describe() {
            return "pid " + pid + " (" + application + "), " + state + " for " + TimeText.of(transactionFor) + ": "
                    + statement;
        }
    }

    public Holder {
        blockedBy = List.copyOf(blockedBy);
    }

    /** One sentence: which session holds the lock, since when, what it runs, and what blocks it. */
    public String describe() {
        var text = new StringBuilder(flyway ? "a Flyway run, " : "");
        text.append(application.isEmpty() ? "an unnamed session" : application);
        text.append(" (pid ")
                .append(pid)
                .append("), connected for ")
                .append(TimeText.of(connectedFor))
                .append(", ");
        text.append(state.isEmpty() ? "in an unknown state" : state);
        if (!statement.isEmpty()) {
            statementFor.ifPresent(age -> text.append(" for ").append(TimeText.of(age)));
            text.append(": ").append(statement);
        }
        blockedBy.forEach(blocker -> text.append("; blocked by ").append(blocker.describe()));
        return text.toString();
    }

    /** The query that ends this session and so frees the lock; its transaction is rolled back. */
    public String endQuery() {
        return "select pg_terminate_backend(" + pid + ")";
    }
}
