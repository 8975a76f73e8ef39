package dev.slipway.migrator.drift;

import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.sql.SqlLiteral;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;

/** The table {@code slipway_snapshot} beside the history. It is written under the migration lock only. */
final class SnapshotTable {
    /** Object names have no limit that an index would allow, so there is no key; the lock keeps writers apart. */
    private static final String CREATE = """
            create table if not exists %s (
              history_table text not null,
              kind text not null,
              object text not null,
              definition text not null,
              sha256 text not null
            )""";

    /** Its row holds the rank of the history at that moment. */
    private static final String RANK = "history rank";

    private final Connection connection;
    private final HistoryTable history;
    private final String table;

    SnapshotTable(Connection connection, HistoryTable history) {
        this.connection = connection;
        this.history = history;
        this.table = HistoryTable.quote(history.schema()) + "." + HistoryTable.SNAPSHOT;
    }

    /**
     * What was stored.
     *
     * @param rank of the newest successful row of the history at that moment
     */
    record Stored(int rank, SchemaSnapshot snapshot) {}

    /** Empty if nothing is stored. */
    Optional<Stored> read() throws SQLException {
        var objects = new TreeMap<SchemaObject, Definition>();
        Integer rank = null;
        try (Statement statement = connection.createStatement()) {
            try (ResultSet exists =
                    statement.executeQuery("select pg_catalog.to_regclass(" + SqlLiteral.of(table) + ") is not null")) {
                exists.next();
                if (!exists.getBoolean(1)) {
                    return Optional.empty();
                }
            }
            try (ResultSet rows = statement.executeQuery("select kind, object, definition, sha256 from " + table
                    + " where history_table = " + SqlLiteral.of(history.table()))) {
                while (rows.next()) {
                    if (rows.getString(1).equals(RANK)) {
                        rank = Integer.valueOf(rows.getString(3));
                    } else {
                        objects.put(
                                new SchemaObject(rows.getString(1), rows.getString(2)),
                                new Definition(rows.getString(3), rows.getString(4)));
                    }
                }
            }
        }
        return rank == null ? Optional.empty() : Optional.of(new Stored(rank, new SchemaSnapshot(objects)));
    }

    /** The rank of the newest successful row of the history; 0 if there is none. */
    int rankNow() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rank = statement.executeQuery("select coalesce(pg_catalog.max(installed_rank), 0) from "
                        + history.quoted() + " where success")) {
            rank.next();
            return rank.getInt(1);
        }
    }

    /** Replaces what is stored, in one transaction; writes only what differs. */
    void write(SchemaSnapshot snapshot, Optional<Stored> stored, int rank) throws SQLException {
        SchemaSnapshot before = stored.map(Stored::snapshot).orElseGet(() -> new SchemaSnapshot(new TreeMap<>()));
        NavigableSet<SchemaObject> differing = SchemaSnapshot.differing(before, snapshot);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute(CREATE.formatted(table));
            if (stored.isEmpty()) {
                statement.execute("delete from " + table + " where history_table = " + SqlLiteral.of(history.table()));
            } else {
                delete(differing);
            }
            insert(differing, snapshot);
            statement.execute("delete from " + table + " where kind = '" + RANK + "' and history_table = "
                    + SqlLiteral.of(history.table()) + "; insert into " + table + " values ("
                    + SqlLiteral.of(history.table()) + ", '" + RANK + "', '', '" + rank + "', '')");
            connection.commit();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private void delete(Collection<SchemaObject> objects) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("delete from " + table
                + " t using rows from (pg_catalog.unnest(?::text[]), pg_catalog.unnest(?::text[])) as gone (kind, object)"
                + " where t.history_table = ? and t.kind = gone.kind and t.object = gone.object")) {
            statement.setArray(1, texts(objects.stream().map(SchemaObject::kind).toArray()));
            statement.setArray(2, texts(objects.stream().map(SchemaObject::name).toArray()));
            statement.setString(3, history.table());
            statement.executeUpdate();
        }
    }

    private void insert(Collection<SchemaObject> objects, SchemaSnapshot from) throws SQLException {
        var there = objects.stream().filter(from.objects()::containsKey).toList();
        var definitions = there.stream().map(from.objects()::get).toList();
        try (PreparedStatement statement = connection.prepareStatement("insert into " + table
                + " select ?, k, o, d, s from rows from (pg_catalog.unnest(?::text[]), pg_catalog.unnest(?::text[]), pg_catalog.unnest(?::text[]),"
                + " pg_catalog.unnest(?::text[])) as x (k, o, d, s)")) {
            statement.setString(1, history.table());
            statement.setArray(2, texts(there.stream().map(SchemaObject::kind).toArray()));
            statement.setArray(3, texts(there.stream().map(SchemaObject::name).toArray()));
            statement.setArray(
                    4, texts(definitions.stream().map(Definition::line).toArray()));
            statement.setArray(
                    5, texts(definitions.stream().map(Definition::sha256).toArray()));
            statement.executeUpdate();
        }
    }

    private java.sql.Array texts(Object[] values) throws SQLException {
        return connection.createArrayOf("text", values);
    }
}
