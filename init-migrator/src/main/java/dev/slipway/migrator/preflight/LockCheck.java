package dev.slipway.migrator.preflight;

import dev.slipway.migrator.failure.Excerpt;
import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.lock.LockKey;
import dev.slipway.migrator.report.TimeText;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.List;

/** Reports what is migrating at this moment: another replica, or a Flyway outside Slipway. */
final class LockCheck implements Check {
    private final HistoryTable history;

    LockCheck(HistoryTable history) {
        this.history = history;
    }

    @Override
    public String name() {
        return "lock";
    }

    @Override
    public List<String> questions() {
        LockKey key = LockKey.of(history);
        long flyway = LockKey.flywayKeyOf(history);
        return List.of("""
                select a.pid, coalesce(a.application_name, ''), l.objsubid = 1 and coalesce(a.application_name, '') not like 'slipway/%%',
                  extract(epoch from clock_timestamp() - a.backend_start)::bigint, coalesce(a.query, '')
                from pg_locks l join pg_stat_activity a on a.pid = l.pid
                where l.locktype = 'advisory' and l.granted and a.pid <> pg_backend_pid()
                  and l.database = (select oid from pg_database where datname = current_database())
                  and ((l.objsubid = 2 and l.classid = %s and l.objid = %s)
                    or (l.objsubid = 1 and l.classid = %s and l.objid = %s))
                order by l.objsubid desc limit 1""".formatted(
                unsigned(key.namespace()), unsigned(key.object()), unsigned((int) (flyway >>> 32)), unsigned((int)
                        flyway)));
    }

    @Override
    public List<Finding> judge(List<ServerAnswer> answers) {
        if (!(answers.get(0) instanceof ServerAnswer.Rows rows)) {
            return List.of(Check.unanswered(name(), answers.get(0)));
        }
        return List.of(rows.rows().isEmpty() ? Finding.pass(name(), "free") : held(rows.only()));
    }

    private Finding held(Row row) {
        boolean flyway = row.getBoolean(2);
        String holder = (row.getString(1).isEmpty() ? "an unnamed session" : row.getString(1)) + " (pid "
                + row.getInteger(0) + "), connected for " + TimeText.of(Duration.ofSeconds(row.getLong(3))) + ": "
                + Excerpt.of(row.getString(4));
        return flyway
                ? Finding.warn(
                        name(),
                        "a Flyway outside Slipway is migrating: " + holder,
                        "'migrate' will wait for it; switch off Flyway in the application, so that only Slipway migrates")
                : Finding.pass(name(), "another replica is migrating, 'migrate' will wait for it: " + holder);
    }

    /** {@code pg_locks} shows the halves of a key as oids. */
    private static String unsigned(int half) {
        return Integer.toUnsignedString(half);
    }
}
