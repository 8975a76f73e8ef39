package dev.slipway.migrator.lock;

import dev.slipway.migrator.failure.Excerpt;
import dev.slipway.migrator.failure.SqlState;
import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.lock.Holder.Blocker;
import dev.slipway.migrator.sql.SqlLiteral;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;

/** Another session blocks access to the history tables: it holds, or waits for, a lock that excludes readers. */
public final class LockedTable extends SQLException {
    private static final long serialVersionUID = 1L;

    private final transient Optional<Blocker> blocker;

    private LockedTable(String table, Optional<Blocker> blocker, SQLException failure) {
        super(sentence(table, blocker), SqlState.LOCK_NOT_AVAILABLE, failure);
        this.blocker = blocker;
    }

    /** Adds the other session to the failure if there is one; returns any other failure unchanged. */
    public static SQLException explain(SQLException failure, Connection connection, HistoryTable history)
            throws SQLException {
        if (!SqlState.is(SqlState.LOCK_NOT_AVAILABLE, failure)) {
            return failure;
        }
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(question(history))) {
            return result.next()
                    ? new LockedTable(
                            result.getString(1),
                            Optional.of(new Blocker(
                                    result.getInt(2),
                                    result.getString(3),
                                    result.getString(4),
                                    Excerpt.of(result.getString(5)),
                                    Duration.ofMillis(result.getLong(6)))),
                            failure)
                    : new LockedTable(history.quoted(), Optional.empty(), failure);
        }
    }

    /** One row at most: table, pid, application, state, statement, and its duration in milliseconds. */
    public static String question(HistoryTable history) {
        return """
                select c.relname::text, a.pid, coalesce(nullif(a.application_name, ''), a.usename::text, ''), coalesce(a.state, ''),
                  coalesce(a.query, ''),
                  (extract(epoch from clock_timestamp() - coalesce(a.xact_start, a.backend_start)) * 1000)::bigint
                from pg_locks l join pg_class c on c.oid = l.relation join pg_stat_activity a on a.pid = l.pid
                where l.mode = 'AccessExclusiveLock' and a.pid <> pg_backend_pid()
                  and l.database = (select oid from pg_database where datname = current_database())
                  and (c.relname in (%s, '%s', '__drizzle_migrations')
                    or exists (select from pg_attribute t where t.attrelid = c.oid and t.attname = 'installed_rank'))
                order by l.granted desc limit 1""".formatted(SqlLiteral.of(history.table()), HistoryTable.LEDGER);
    }

    /** What the run waits for; without a subject. */
    public static String sentence(String table, Optional<Blocker> blocker) {
        return "the table " + table + ", which "
                + blocker.map(Blocker::describe)
                        .map(text -> "is locked by " + text)
                        .orElse("another session had locked");
    }

    public static String endQuery(int pid) {
        return "select pg_terminate_backend(" + pid + ")";
    }

    public Optional<Blocker> blocker() {
        return blocker;
    }
}
