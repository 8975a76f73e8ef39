package dev.slipway.migrator.drift;

import dev.slipway.migrator.history.HistoryTable;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The definitions of all objects in the schemas of one history, at one moment. */
record SchemaSnapshot(NavigableMap<SchemaObject, Definition> objects) {
    SchemaSnapshot {
        objects = Collections.unmodifiableNavigableMap(new TreeMap<>(objects));
    }

    /**
     * Reads the catalogue as it is, in one statement and so at one moment.
     *
     * @param connection in autocommit; nothing is set on it afterwards
     * @param schemas quoted names of schemas to include, beside those that {@link SnapshotQuestion} finds
     */
    static SchemaSnapshot read(Connection connection, HistoryTable history, List<String> schemas) throws SQLException {
        var objects = new TreeMap<SchemaObject, Definition>();
        try (Statement statement = connection.createStatement()) {
            statement.execute(SnapshotQuestion.SETTINGS + SnapshotQuestion.of(history, schemas));
            boolean isSetting = true;
            while (isSetting) {
                isSetting = !statement.getMoreResults();
            }
            try (ResultSet rows = statement.getResultSet()) {
                while (rows.next()) {
                    var object = new SchemaObject(rows.getString(1), rows.getString(2));
                    objects.put(object, Definition.of(object, rows.getString(3)));
                }
            }
        }
        return new SchemaSnapshot(objects);
    }

    /** The quoted names of the schemas that it covers. */
    List<String> schemas() {
        return objects.keySet().stream()
                .filter(object -> object.kind().equals("schema"))
                .map(SchemaObject::name)
                .toList();
    }

    /**
     * This snapshot with what changed between two others. What had been changed by hand before the first of them, and
     * stayed as it was, remains a difference.
     */
    SchemaSnapshot withChanges(SchemaSnapshot before, SchemaSnapshot after) {
        var next = new TreeMap<>(objects);
        for (SchemaObject object : differing(before, after)) {
            Definition now = after.objects.get(object);
            if (now == null) {
                next.remove(object);
            } else {
                next.put(object, now);
            }
        }
        return new SchemaSnapshot(next);
    }

    /** The objects that only one of them has, or that they define differently. */
    static NavigableSet<SchemaObject> differing(SchemaSnapshot one, SchemaSnapshot other) {
        var differing = new TreeSet<>(one.objects.keySet());
        differing.addAll(other.objects.keySet());
        differing.removeIf(object -> {
            Definition first = one.objects.get(object);
            Definition second = other.objects.get(object);
            return first != null && second != null && first.isSameAs(second);
        });
        return differing;
    }
}
