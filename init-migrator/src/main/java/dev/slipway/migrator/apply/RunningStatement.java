package dev.slipway.migrator.apply;

import dev.slipway.migrator.effects.Effect;
import dev.slipway.migrator.effects.StatementReader;
import dev.slipway.migrator.sql.SqlScript;
import dev.slipway.migrator.sql.SqlStatement;
import dev.slipway.migrator.sql.SqlSyntaxException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What another session shows of a running statement. For most statements, such as UPDATE, PostgreSQL counts nothing that
 * another session could see; then the progress is empty.
 *
 * @param active whether the session is running a statement at all
 * @param query its text, of which PostgreSQL may keep only the beginning
 */
record RunningStatement(
        boolean active,
        String query,
        Duration elapsed,
        Optional<PhaseProgress> progress,
        Optional<RunningTable> table) {
    /** The columns of the last phase stay as they were, so that each phase is asked for what it counts. */
    private static final String LOOK = """
            select coalesce(state, ''), coalesce(query, ''), extract(epoch from clock_timestamp() - query_start),
              pg_blocking_pids(a.pid), p.phase, p.relid::bigint, p.done, p.total, p.blocks
            from pg_stat_activity a left join (
              select pid, relid, phase,
                case when phase like 'waiting%' then lockers_done when phase like '%loading%' then tuples_done
                  when phase like '%scanning%' or phase = 'building index' then blocks_done end done,
                case when phase like 'waiting%' then lockers_total when phase like '%loading%' then tuples_total
                  when phase like '%scanning%' or phase = 'building index' then blocks_total end total,
                case when phase like '%scanning table' or phase = 'building index' then blocks_total end blocks
              from pg_stat_progress_create_index
              union all
              select pid, relid, phase,
                case phase when 'scanning heap' then heap_blks_scanned when 'vacuuming heap' then heap_blks_vacuumed end,
                case when phase in ('scanning heap', 'vacuuming heap') then heap_blks_total end, heap_blks_total
              from pg_stat_progress_vacuum
              union all
              select pid, relid, phase,
                case phase when 'seq scanning heap' then heap_blks_scanned when 'writing new heap' then heap_tuples_written end,
                case phase when 'seq scanning heap' then heap_blks_total when 'writing new heap' then heap_tuples_scanned end,
                nullif(heap_blks_total, 0)
              from pg_stat_progress_cluster
              union all
              select pid, relid, 'copying', bytes_processed, nullif(bytes_total, 0), null from pg_stat_progress_copy) p
            on p.pid = a.pid
            where a.pid = ?""";

    /** By its oid, or by its name among the tables that the session has locked. */
    private static final String TABLE = """
            select c.oid::regclass::text, greatest(c.relpages, ?) * current_setting('block_size')::bigint,
              c.reltuples::bigint
            from pg_class c
            where c.oid = ?::oid or (c.relname = ? and c.relkind in ('r', 'm', 'p') and exists (
              select from pg_locks l where l.pid = ? and l.granted and l.relation = c.oid
                and l.database = (select oid from pg_database where datname = current_database())))
            limit 2""";

    /** What a look at the session showed, and the processes that block it. */
    record Look(RunningStatement statement, java.sql.Array blockers) {}

    /** Empty if the server does not know the session. */
    static Optional<Look> look(Connection connection, int pid) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LOOK)) {
            statement.setInt(1, pid);
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    return Optional.empty();
                }
                boolean active = result.getString(1).startsWith("active");
                String query = result.getString(2);
                var elapsed = Duration.ofMillis((long) (result.getDouble(3) * 1000));
                Optional<PhaseProgress> progress = progress(result);
                Optional<RunningTable> table =
                        active ? table(connection, pid, query, progress, result.getLong(9)) : Optional.empty();
                return Optional.of(
                        new Look(new RunningStatement(active, query, elapsed, progress, table), result.getArray(4)));
            }
        }
    }

    private static Optional<PhaseProgress> progress(ResultSet result) throws SQLException {
        String phase = result.getString(5);
        return phase == null
                ? Optional.empty()
                : Optional.of(new PhaseProgress(
                        phase, result.getLong(6), result.getLong(7), result.getLong(8), System.nanoTime()));
    }

    private static Optional<RunningTable> table(
            Connection connection, int pid, String query, Optional<PhaseProgress> progress, long blocks)
            throws SQLException {
        long oid = progress.map(PhaseProgress::relation).orElse(0L);
        Optional<String> name = oid == 0 ? onlyTable(query) : Optional.empty();
        if (oid == 0 && name.isEmpty()) {
            return Optional.empty();
        }
        try (PreparedStatement statement = connection.prepareStatement(TABLE)) {
            statement.setLong(1, blocks);
            statement.setLong(2, oid);
            statement.setString(3, name.orElse(null));
            statement.setInt(4, pid);
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    return Optional.empty();
                }
                var table = new RunningTable(result.getString(1), result.getLong(2), result.getLong(3));
                // Of two with that name, in two schemas, it cannot be told which one it is.
                return result.next() ? Optional.empty() : Optional.of(table);
            }
        }
    }

    /** The name of the one table that the statement is about; empty if there are several, or if it cannot be read. */
    static Optional<String> onlyTable(String query) {
        try {
            List<SqlStatement> statements = SqlScript.parse(query).statements();
            if (statements.size() != 1) {
                return Optional.empty();
            }
            List<String> names = StatementReader.read(statements.get(0), "").effects().stream()
                    .map(Effect::relation)
                    .map(relation -> relation.name())
                    .distinct()
                    .toList();
            return names.size() == 1 ? Optional.of(names.get(0)) : Optional.empty();
        } catch (SqlSyntaxException cutOff) {
            return Optional.empty();
        }
    }
}
