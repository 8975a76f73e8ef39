package dev.slipway.migrator.effects;

import dev.slipway.migrator.sql.QualifiedName;
import java.util.List;
import java.util.Optional;

/**
 * A foreign key.
 *
 * @param newColumns whether its columns are new too, so that the scripts alone show whether an index covers them
 * @param name empty if PostgreSQL chooses it
 * @param references the other table
 * @param referenced its columns; empty if the key names none
 */
public record ForeignKey(
        QualifiedName table,
        List<String> columns,
        boolean newColumns,
        Optional<String> name,
        QualifiedName references,
        List<String> referenced) {
    public boolean isNamed(String constraint) {
        return constraint.equals(constraintName());
    }

    /** The given one, or PostgreSQL's choice. */
    public String constraintName() {
        return name.orElseGet(() -> table.name() + "_" + String.join("_", columns) + "_fkey");
    }

    /** The same once a table has another name: the key keeps its own. */
    public ForeignKey renamed(QualifiedName from, QualifiedName to) {
        boolean own = table.equals(from);
        boolean other = references.equals(from);
        return own || other
                ? new ForeignKey(
                        own ? to : table,
                        columns,
                        newColumns,
                        Optional.of(constraintName()),
                        other ? to : references,
                        referenced)
                : this;
    }
}
