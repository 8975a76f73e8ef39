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
        return constraint.equals(name.orElseGet(() -> table.name() + "_" + String.join("_", columns) + "_fkey"));
    }
}
