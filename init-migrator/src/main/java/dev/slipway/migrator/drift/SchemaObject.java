package dev.slipway.migrator.drift;

import java.util.Comparator;
import java.util.Set;

/**
 * One object of a schema.
 *
 * @param kind in lower case, as in "table" or "grant"
 * @param name with its schema and, for a part of a table, with the table; quoted if it has to be
 */
record SchemaObject(String kind, String name) implements Comparable<SchemaObject> {
    private static final Set<String> WITH_PARTS = Set.of("table", "view", "type", "domain");

    /** By code points, so that a snapshot does not depend on the collation of the database. */
    private static final Comparator<SchemaObject> ORDER =
            Comparator.comparing(SchemaObject::name).thenComparing(SchemaObject::kind);

    @Override
    public int compareTo(SchemaObject other) {
        return ORDER.compare(this, other);
    }

    /** Whether it comes and goes with the other one: a column with its table, a grant with what it is on. */
    boolean isPartOf(SchemaObject whole) {
        if (kind.equals("grant")) {
            return name.startsWith(whole.kind + " " + whole.name + " to ")
                    || name.startsWith("column " + whole.name + ".")
                    || (whole.kind.equals("view") && name.startsWith("table " + whole.name + " to "));
        }
        return WITH_PARTS.contains(whole.kind) && name.startsWith(whole.name + ".");
    }

    @Override
    public String toString() {
        return kind + " " + name;
    }
}
