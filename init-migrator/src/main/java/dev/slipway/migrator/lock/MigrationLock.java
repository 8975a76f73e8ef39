package dev.slipway.migrator.lock;

import dev.slipway.migrator.failure.Excerpt;
import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.lock.Holder.Blocker;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The session-level advisory lock of one history table, taken on the connection that migrates: losing the connection
 * loses the lock, and the reverse, so no replica can continue to migrate without its lock. The lock is only tried,
 * never waited for: a session that waits inside PostgreSQL holds a snapshot, and a CREATE INDEX CONCURRENTLY of the
 * holder would wait for that.
 *
 * <p>Flyway's own key is taken as well, so that a Flyway outside Slipway and our runs exclude each other.
 */
public final class MigrationLock {
    /**
     * Gets the lock, our pid in PostgreSQL, and the number of other sessions of ours in one round trip. It calls the
     * function behind {@code pg_stat_activity}, because that view joins databases and roles, and a new session, which
     * each look uses, takes longer to plan it than to do everything else.
     */
    private static final String TRY = """
            select pg_try_advisory_lock(%d, %d), pg_backend_pid(),
              (select count(*) from pg_stat_get_activity(null)
               where datid = (select oid from pg_database where datname = current_database())
               and application_name like 'slipway/%%' and pid <> pg_backend_pid())""";

    private static final String IS_OURS = """
            select pg_backend_pid(), pg_try_advisory_lock(%d), exists (
              select 1 from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and granted
              and classid = %d and objid = %s and objsubid = 2)""";

    private static final String HOLDER = """
            select a.pid, coalesce(a.application_name, ''), l.objsubid = 1,
              extract(epoch from clock_timestamp() - a.backend_start) * 1000, coalesce(a.state, ''), coalesce(a.query, ''),
              extract(epoch from clock_timestamp() - a.query_start) * 1000, pg_blocking_pids(a.pid),
              concat_ws(' ', a.pid, a.backend_start, a.query_start, a.state)
            from pg_locks l join pg_stat_get_activity(null) a on a.pid = l.pid
            where l.locktype = 'advisory' and l.granted and a.pid <> pg_backend_pid()
              and l.database = (select oid from pg_database where datname = current_database())
              and ((l.objsubid = 2 and l.classid = %d and l.objid = %s) or (l.objsubid = 1 and l.classid = %d and l.objid = %s))
            order by l.objsubid desc limit 1""";

    /** Queried only for a statement that has been running for a while, for the same reason. */
    private static final String PROGRESS = """
            select concat_ws(' ',
              (select sum(blocks_done + tuples_done + lockers_done + partitions_done)
               from pg_stat_progress_create_index where pid = %1$d),
              (select sum(heap_tuples_scanned + heap_tuples_written + index_rebuild_count)
               from pg_stat_progress_cluster where pid = %1$d),
              (select sum(heap_blks_scanned + heap_blks_vacuumed) from pg_stat_progress_vacuum where pid = %1$d))""";

    private static final Duration A_WHILE = Duration.ofSeconds(1);

    private static final String BLOCKERS = """
            select pid, coalesce(application_name, ''), coalesce(state, ''), coalesce(query, ''),
              extract(epoch from clock_timestamp() - coalesce(xact_start, query_start, backend_start)) * 1000
            from pg_stat_activity where pid = any(?)""";

    private final LockKey key;
    private final long flywayKey;

    public MigrationLock(HistoryTable table) {
        this.key = LockKey.of(table);
        this.flywayKey = LockKey.flywayKeyOf(table);
    }

    /**
     * Tries once.
     *
     * @param connection in autocommit. Unless the lock was acquired the caller closes it at once: a replica that waits
     *     holds no connection, and closing also gives back the half that may have been granted.
     */
    public LockAttempt tryAcquire(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            int pid;
            int others;
            boolean granted;
            try (ResultSet result = statement.executeQuery(TRY.formatted(key.namespace(), key.object()))) {
                result.next();
                granted = result.getBoolean(1);
                pid = result.getInt(2);
                others = result.getInt(3);
            }
            return granted
                    ? confirm(connection, statement, pid, others)
                    : new LockAttempt.Held(holder(connection), others);
        }
    }

    private LockAttempt confirm(Connection connection, Statement statement, int pid, int others) throws SQLException {
        String sql = IS_OURS.formatted(flywayKey, key.namespace(), unsigned(key.object()));
        try (ResultSet result = statement.executeQuery(sql)) {
            result.next();
            if (result.getInt(1) != pid || !result.getBoolean(3)) {
                return new LockAttempt.Pooled("the statement after the lock ran in server process " + result.getInt(1)
                        + ", the lock was taken in " + pid);
            }
            if (result.getBoolean(2)) {
                return new LockAttempt.Acquired();
            }
        }
        Optional<Holder> flyway = holder(connection);
        return new LockAttempt.Held(flyway, others);
    }

    /** The session that holds our key, or Flyway's; empty if there is none. */
    public Optional<Holder> holder(Connection connection) throws SQLException {
        String sql =
                HOLDER.formatted(key.namespace(), unsigned(key.object()), flywayKey >>> 32, unsigned((int) flywayKey));
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            if (!result.next()) {
                return Optional.empty();
            }
            int pid = result.getInt(1);
            double statementMillis = result.getDouble(7);
            Optional<Duration> statementFor =
                    result.wasNull() ? Optional.empty() : Optional.of(Duration.ofMillis((long) statementMillis));
            return Optional.of(new Holder(
                    pid,
                    result.getString(2),
                    result.getBoolean(3),
                    Duration.ofMillis((long) result.getDouble(4)),
                    result.getString(5),
                    Excerpt.of(result.getString(6)),
                    statementFor,
                    blockers(connection, result.getArray(8)),
                    result.getString(9) + progress(connection, pid, statementFor)));
        }
    }

    private static String progress(Connection connection, int pid, Optional<Duration> statementFor)
            throws SQLException {
        if (statementFor.filter(age -> age.compareTo(A_WHILE) > 0).isEmpty()) {
            return "";
        }
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(PROGRESS.formatted(pid))) {
            result.next();
            return " " + result.getString(1);
        }
    }

    /** The sessions with these process ids that this role may see. */
    public static List<Blocker> blockers(Connection connection, Array pids) throws SQLException {
        if (pids == null || ((Object[]) pids.getArray()).length == 0) {
            return List.of();
        }
        try (PreparedStatement statement = connection.prepareStatement(BLOCKERS)) {
            statement.setArray(1, pids);
            try (ResultSet result = statement.executeQuery()) {
                var blockers = new ArrayList<Blocker>();
                while (result.next()) {
                    blockers.add(new Blocker(
                            result.getInt(1),
                            result.getString(2),
                            result.getString(3),
                            Excerpt.of(result.getString(4)),
                            Duration.ofMillis((long) result.getDouble(5))));
                }
                return blockers;
            }
        }
    }

    /** {@code pg_locks} shows the halves of a key as oids, which are unsigned. */
    private static String unsigned(int half) {
        return Integer.toUnsignedString(half);
    }
}
