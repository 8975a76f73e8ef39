package dev.slipway.migrator.preflight;

import dev.slipway.migrator.failure.Excerpt;
import dev.slipway.migrator.report.TimeText;
import dev.slipway.migrator.sql.SqlLiteral;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds transactions that have been open so long that DDL would wait for their locks, and CREATE INDEX CONCURRENTLY for
 * their snapshots. {@link LockCheck} reports those of other Slipway runs.
 */
final class OldTransactionsCheck implements Check {
    private static final String SESSIONS = """
            select pid, coalesce(application_name, ''), coalesce(usename::text, backend_type), coalesce(state, ''),
              extract(epoch from clock_timestamp() - xact_start)::bigint, coalesce(query, '')
            from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid() and xact_start < clock_timestamp() - %d * interval '1 ms'
              and coalesce(application_name, '') not like 'slipway/%%'
            order by xact_start limit 5""";

    private static final String PREPARED = """
            select gid, owner::text, extract(epoch from clock_timestamp() - prepared)::bigint from pg_prepared_xacts
            where database = current_database() and prepared < clock_timestamp() - %d * interval '1 ms'
            order by prepared limit 5""";

    /**
     * PostgreSQL hides from ordinary roles when the transactions of other roles began, and shows a note in place of the
     * query.
     */
    private static final String HIDDEN = """
            select count(*) from pg_stat_activity
            where datname = current_database() and query = '<insufficient privilege>'""";

    private final Duration old;

    OldTransactionsCheck(Duration old) {
        this.old = old;
    }

    @Override
    public String name() {
        return "old-transactions";
    }

    @Override
    public List<String> questions() {
        long millis = old.toMillis();
        return List.of(SESSIONS.formatted(millis), PREPARED.formatted(millis), HIDDEN);
    }

    @Override
    public List<Finding> judge(List<ServerAnswer> answers) {
        var findings = new ArrayList<Finding>();
        for (ServerAnswer answer : answers) {
            if (!(answer instanceof ServerAnswer.Rows)) {
                return List.of(Check.unanswered(name(), answer));
            }
        }
        rows(answers.get(0)).forEach(row -> findings.add(session(row)));
        rows(answers.get(1)).forEach(row -> findings.add(prepared(row)));
        if (findings.isEmpty()) {
            findings.add(none(rows(answers.get(2)).get(0).getLong(0)));
        }
        return findings;
    }

    private static List<Row> rows(ServerAnswer answer) {
        return ((ServerAnswer.Rows) answer).rows();
    }

    private Finding session(Row row) {
        int pid = row.getInteger(0);
        String application = row.getString(1).isEmpty() ? row.getString(2) : row.getString(1);
        return Finding.warn(
                name(),
                "pid " + pid + " (" + application + "), " + row.getString(3) + ", in a transaction for "
                        + TimeText.of(Duration.ofSeconds(row.getLong(4))) + ": " + Excerpt.of(row.getString(5)),
                "DDL on what it has locked waits for it; if it hangs: select pg_terminate_backend(" + pid + ")");
    }

    private Finding prepared(Row row) {
        String id = SqlLiteral.of(row.getString(0));
        return Finding.warn(
                name(),
                "prepared transaction " + id + " of " + row.getString(1) + " has been waiting for its end for "
                        + TimeText.of(Duration.ofSeconds(row.getLong(2))),
                "it keeps its locks even across restarts: commit prepared " + id + ", or rollback prepared " + id);
    }

    private Finding none(long hidden) {
        return Finding.pass(
                name(),
                hidden == 0
                        ? "none older than " + TimeText.of(old)
                        : "none to be seen; " + hidden + (hidden == 1 ? " session" : " sessions")
                                + " of other roles cannot be looked into (pg_read_all_stats allows it)");
    }
}
