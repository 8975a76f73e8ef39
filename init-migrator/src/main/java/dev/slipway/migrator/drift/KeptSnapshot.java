package dev.slipway.migrator.drift;

import dev.slipway.migrator.drift.SnapshotTable.Stored;
import dev.slipway.migrator.failure.ServerError;
import dev.slipway.migrator.failure.SqlState;
import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.report.EventLog;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * The snapshot of a history's schemas, kept up to date by the runs that change them. It is for {@code slipway drift}
 * alone, so a run never fails because of it.
 */
public final class KeptSnapshot {
    private final Connection connection;
    private final HistoryTable history;
    private final SnapshotTable table;
    private final EventLog log;
    private Optional<Stored> stored = Optional.empty();
    private Optional<SchemaSnapshot> before = Optional.empty();

    private KeptSnapshot(Connection connection, HistoryTable history, EventLog log) {
        this.connection = connection;
        this.history = history;
        this.table = new SnapshotTable(connection, history);
        this.log = log;
    }

    /** Work that changes the schema. */
    public interface Work {
        void run() throws SQLException;
    }

    /**
     * Does the work and stores what it changed, also if it failed half-way. What was changed by hand before stays a
     * difference; it is logged as a warning.
     *
     * @param connection holds the migration lock, and is in autocommit
     */
    public static void around(Connection connection, HistoryTable history, EventLog log, Work work)
            throws SQLException {
        var kept = new KeptSnapshot(connection, history, log);
        kept.attempt(kept::before);
        try {
            work.run();
        } finally {
            kept.attempt(kept::after);
        }
    }

    private void before() throws SQLException {
        Optional<Stored> found = table.read();
        if (found.isPresent() && found.get().rank() == table.rankNow()) {
            SchemaSnapshot known = found.get().snapshot();
            SchemaSnapshot now = SchemaSnapshot.read(connection, history, known.schemas());
            stored = found;
            before = Optional.of(now);
            Drift drift = Drift.between(known, now);
            if (!drift.isEmpty()) {
                log.warn(
                        "the schema was changed by hand since the last migration; slipway drift shows it",
                        "changes",
                        drift.changes().stream().limit(10).map(Object::toString).toList(),
                        "count",
                        drift.changes().size());
            }
        }
    }

    private void after() throws SQLException {
        SchemaSnapshot now = SchemaSnapshot.read(
                connection, history, before.map(SchemaSnapshot::schemas).orElse(List.of()));
        SchemaSnapshot next = before.flatMap(
                        then -> stored.map(each -> each.snapshot().withChanges(then, now)))
                .orElse(now);
        table.write(next, stored, table.rankNow());
    }

    private void attempt(Work work) {
        try {
            if (!connection.isClosed() && connection.getAutoCommit()) {
                work.run();
            }
        } catch (SQLException failed) {
            before = Optional.empty();
            boolean beforeTheHistory =
                    SqlState.of(failed).filter(SqlState::isAbsence).isPresent();
            if (!beforeTheHistory && !SqlState.isConnectionLost(failed)) {
                log.warn(
                        "the snapshot of the schema, which slipway drift needs, was not stored",
                        "why",
                        ServerError.words(failed));
            }
        }
    }

    /** What {@code slipway drift} sees. */
    public sealed interface Look {
        /** @param drift may be empty */
        record Compared(Drift drift) implements Look {}

        /** @param why a clause */
        record NothingToCompare(String why) implements Look {}
    }

    /** @param connection in autocommit; changes nothing */
    public static Look look(Connection connection, HistoryTable history) throws SQLException {
        var table = new SnapshotTable(connection, history);
        Optional<Stored> stored = table.read();
        if (stored.isEmpty()) {
            return new Look.NothingToCompare("there is no snapshot of the schema yet");
        }
        int now = table.rankNow();
        if (stored.get().rank() != now) {
            return new Look.NothingToCompare(
                    "the snapshot of the schema is of rank " + stored.get().rank()
                            + " of the history, which is at rank " + now
                            + ": another program migrated since, or a run was killed before it could store a snapshot");
        }
        SchemaSnapshot known = stored.get().snapshot();
        return new Look.Compared(Drift.between(known, SchemaSnapshot.read(connection, history, known.schemas())));
    }

    /**
     * Stores the schema as it is.
     *
     * @param connection holds the migration lock, and is in autocommit
     */
    public static void accept(Connection connection, HistoryTable history) throws SQLException {
        var table = new SnapshotTable(connection, history);
        Optional<Stored> stored = table.read();
        List<String> schemas = stored.map(each -> each.snapshot().schemas()).orElse(List.of());
        table.write(SchemaSnapshot.read(connection, history, schemas), stored, table.rankNow());
    }
}
