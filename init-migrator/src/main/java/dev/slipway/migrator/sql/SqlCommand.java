package dev.slipway.migrator.sql;

import java.util.List;
import java.util.Optional;

/** What a statement does, as far as its result has to be checked afterwards. */
public sealed interface SqlCommand {
    /**
     * {@code CREATE INDEX}. The index lives in the schema of its table.
     *
     * @param name empty if PostgreSQL chooses one
     */
    record CreateIndex(
            boolean unique, boolean concurrently, boolean ifNotExists, Optional<String> name, QualifiedName table)
            implements SqlCommand {
        /** The index as a relation; its schema depends on the search path if the table's does. */
        public Optional<QualifiedName> index() {
            return name.map(each -> new QualifiedName(table.schema(), each));
        }
    }

    /** {@code DROP INDEX}. */
    record DropIndex(boolean concurrently, boolean ifExists, List<QualifiedName> indexes) implements SqlCommand {}

    /**
     * {@code REINDEX}.
     *
     * @param name the index, table, schema or database; empty for the current database
     */
    record Reindex(Target target, boolean concurrently, Optional<QualifiedName> name) implements SqlCommand {
        /** The kind of object that is rebuilt. */
        public enum Target {
            INDEX,
            TABLE,
            SCHEMA,
            DATABASE,
            SYSTEM
        }
    }

    /**
     * {@code ALTER TABLE … DETACH PARTITION}.
     *
     * @param finalizes whether it completes an interrupted one, {@code FINALIZE}
     */
    record DetachPartition(QualifiedName table, QualifiedName partition, boolean concurrently, boolean finalizes)
            implements SqlCommand {}

    /** Everything else. */
    record Other() implements SqlCommand {}
}
