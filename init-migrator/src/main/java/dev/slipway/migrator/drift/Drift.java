package dev.slipway.migrator.drift;

import dev.slipway.migrator.failure.Excerpt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;

/** What differs between the snapshot and the catalogue, ordered by name; parts of a whole that came or went are left out. */
public record Drift(List<Change> changes) {
    /**
     * One object.
     *
     * @param before in the snapshot; empty if it was added since
     * @param after as it is; empty if it was dropped since
     */
    public record Change(String object, Optional<String> before, Optional<String> after) {
        /** "added", "dropped" or "changed". */
        public String what() {
            return before.isEmpty() ? "added" : after.isEmpty() ? "dropped" : "changed";
        }

        /** For JSON. */
        public Map<String, Object> fields() {
            var fields = new LinkedHashMap<String, Object>();
            fields.put("object", object);
            fields.put("what", what());
            before.ifPresent(line -> fields.put("before", line));
            after.ifPresent(line -> fields.put("after", line));
            return fields;
        }

        @Override
        public String toString() {
            return object + " " + what();
        }
    }

    public Drift {
        changes = List.copyOf(changes);
    }

    static Drift between(SchemaSnapshot before, SchemaSnapshot after) {
        NavigableSet<SchemaObject> differing = SchemaSnapshot.differing(before, after);
        List<SchemaObject> wholes = differing.stream()
                .filter(object ->
                        before.objects().containsKey(object) != after.objects().containsKey(object))
                .toList();
        var changes = new ArrayList<Change>();
        for (SchemaObject object : differing) {
            if (wholes.stream().noneMatch(object::isPartOf)) {
                changes.add(new Change(Excerpt.of(object.toString()), line(before, object), line(after, object)));
            }
        }
        return new Drift(changes);
    }

    private static Optional<String> line(SchemaSnapshot snapshot, SchemaObject object) {
        return Optional.ofNullable(snapshot.objects().get(object)).map(Definition::line);
    }

    public boolean isEmpty() {
        return changes.isEmpty();
    }
}
