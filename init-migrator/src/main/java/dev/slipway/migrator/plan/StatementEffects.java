package dev.slipway.migrator.plan;

import dev.slipway.migrator.sql.QualifiedName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects what one statement does. Names are as written; the caller resolves their schema. Not thread-safe. */
final class StatementEffects {
    /** VALIDATE CONSTRAINT. */
    record Validation(QualifiedName table, String constraint) {}

    /**
     * A {@code CHECK (column IS NOT NULL)}: once it is valid, SET NOT NULL needs no scan.
     *
     * @param validated false while it is NOT VALID
     */
    record NotNullProof(QualifiedName table, String column, Optional<String> constraint, boolean validated) {
        NotNullProof validatedOne() {
            return new NotNullProof(table, column, constraint, true);
        }

        boolean isValidatedBy(Validation validation) {
            return table.equals(validation.table()) && constraint.equals(Optional.of(validation.constraint()));
        }
    }

    private final List<Effect> effects = new ArrayList<>();
    private final List<QualifiedName> created = new ArrayList<>();
    private final List<ForeignKey> foreignKeys = new ArrayList<>();
    private final List<IndexColumns> indexes = new ArrayList<>();
    private final List<Validation> validations = new ArrayList<>();
    private final List<QualifiedName> addedNotValid = new ArrayList<>();
    private final String defaultSchema;
    private final Map<QualifiedName, QualifiedName> renamed = new HashMap<>();
    private final List<String> droppedSchemas = new ArrayList<>();
    private final List<NotNullProof> proofs = new ArrayList<>();
    private boolean opaque;

    StatementEffects(String defaultSchema) {
        this.defaultSchema = defaultSchema;
    }

    void add(Operation operation, QualifiedName relation) {
        effects.add(Effect.of(operation, resolved(relation), Optional.empty()));
    }

    void add(Operation operation, QualifiedName relation, Optional<String> part) {
        effects.add(Effect.of(operation, resolved(relation), part));
    }

    void add(Operation operation, QualifiedName relation, String part) {
        add(operation, relation, Optional.of(part));
    }

    void addExplicitLock(QualifiedName relation, LockMode mode) {
        effects.add(Effect.explicitLock(resolved(relation), mode));
    }

    void creates(QualifiedName relation) {
        created.add(resolved(relation));
    }

    void renames(QualifiedName from, QualifiedName to) {
        renamed.put(resolved(from), resolved(to));
    }

    void foreignKey(QualifiedName table, List<String> columns, boolean newColumns) {
        foreignKeys.add(new ForeignKey(resolved(table), columns, newColumns));
    }

    void index(QualifiedName table, List<String> columns) {
        indexes.add(new IndexColumns(resolved(table), columns));
    }

    void validates(QualifiedName table, String constraint) {
        validations.add(new Validation(resolved(table), constraint));
    }

    void proves(QualifiedName table, String column, Optional<String> constraint, boolean validated) {
        proofs.add(new NotNullProof(resolved(table), column, constraint, validated));
    }

    void dropsSchema(String schema) {
        droppedSchemas.add(schema);
    }

    void addsNotValid(QualifiedName table) {
        addedNotValid.add(resolved(table));
    }

    /** What it does depends on code that is not in the statement. */
    void makeOpaque() {
        opaque = true;
    }

    List<Effect> effects() {
        return effects;
    }

    List<QualifiedName> created() {
        return created;
    }

    List<ForeignKey> foreignKeys() {
        return foreignKeys;
    }

    List<IndexColumns> indexes() {
        return indexes;
    }

    List<Validation> validations() {
        return validations;
    }

    List<NotNullProof> proofs() {
        return proofs;
    }

    List<String> droppedSchemas() {
        return droppedSchemas;
    }

    List<QualifiedName> addedNotValid() {
        return addedNotValid;
    }

    Map<QualifiedName, QualifiedName> renamed() {
        return renamed;
    }

    boolean isOpaque() {
        return opaque;
    }

    private QualifiedName resolved(QualifiedName written) {
        return written.schema().isPresent() ? written : QualifiedName.of(defaultSchema, written.name());
    }
}
