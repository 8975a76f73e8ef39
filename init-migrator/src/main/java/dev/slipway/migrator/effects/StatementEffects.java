package dev.slipway.migrator.effects;

import dev.slipway.migrator.effects.ColumnDefinition.Trait;
import dev.slipway.migrator.sql.QualifiedName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Collects the effects of one statement. Names are as written; the caller resolves their schema. Not thread-safe. */
public final class StatementEffects {
    /** VALIDATE CONSTRAINT. */
    public record Validation(QualifiedName table, String constraint) {}

    /**
     * A {@code CHECK (column IS NOT NULL)}: once it is valid, SET NOT NULL needs no scan.
     *
     * @param validated false while it is NOT VALID
     */
    public record NotNullProof(QualifiedName table, String column, Optional<String> constraint, boolean validated) {
        public NotNullProof after(Validation validation) {
            boolean same = table.equals(validation.table()) && constraint.equals(Optional.of(validation.constraint()));
            return same ? new NotNullProof(table, column, constraint, true) : this;
        }
    }

    /** A CHECK, and the columns that it is about. */
    public record CheckFact(QualifiedName table, Optional<String> constraint, Set<String> columns, boolean validated) {
        public CheckFact after(Validation validation) {
            boolean same = table.equals(validation.table()) && constraint.equals(Optional.of(validation.constraint()));
            return same ? new CheckFact(table, constraint, columns, true) : this;
        }
    }

    /** A broken rule that has nothing to do with a lock on a table in the text. */
    public record Note(Rule rule, String subject, QualifiedName relation) {}

    /** A column that a table gets. */
    public record NewColumn(QualifiedName table, String name, ColumnType type, boolean notNull) {}

    /** A table that becomes a partition, or inherits. */
    public record NewChild(QualifiedName name, QualifiedName parent, boolean isPartition, boolean isDefault) {}

    /** A column that gets another name. */
    public record RenamedColumn(QualifiedName table, String from, String to) {}

    private final List<Effect> effects = new ArrayList<>();
    private final List<NewColumn> newColumns = new ArrayList<>();
    private final List<NewChild> newChildren = new ArrayList<>();
    private final List<RenamedColumn> renamedColumns = new ArrayList<>();
    private final List<Note> notes = new ArrayList<>();
    private final List<CheckFact> checks = new ArrayList<>();
    private final Set<QualifiedName> named = new HashSet<>();
    private final Set<QualifiedName> only = new HashSet<>();
    private final Set<QualifiedName> called = new HashSet<>();
    private final Set<QualifiedName> replaced = new HashSet<>();
    private final Map<QualifiedName, List<String>> partitioned = new HashMap<>();
    private final Set<QualifiedName> constrainedDomains = new HashSet<>();
    private final Map<QualifiedName, Map<String, ColumnType>> columnTypes = new HashMap<>();
    private boolean ifNotExists;
    private boolean cascades;
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

    public StatementEffects(String defaultSchema) {
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

    void foreignKey(
            QualifiedName table,
            List<String> columns,
            boolean newColumns,
            Optional<String> name,
            QualifiedName references) {
        foreignKeys.add(new ForeignKey(resolved(table), columns, newColumns, name, resolved(references), List.of()));
    }

    void note(Rule rule, QualifiedName relation) {
        note(rule, resolved(relation).toString(), relation);
    }

    void note(Rule rule, String subject, QualifiedName relation) {
        notes.add(new Note(rule, subject, resolved(relation)));
    }

    /** Its partitions and inheriting tables are left out. */
    void only(QualifiedName relation) {
        only.add(resolved(relation));
    }

    /** A type whose columns matter. */
    void names(QualifiedName type) {
        named.add(resolved(type));
    }

    /** A function whose code is not in the statement. */
    void calls(QualifiedName function) {
        called.add(function);
    }

    /** A function, a type or a view that has this name afterwards. */
    void provides(QualifiedName name) {
        replaced.add(resolved(name));
    }

    /** @param key its columns; of an expression, the names in it */
    void partitions(QualifiedName table, List<String> key) {
        partitioned.put(resolved(table), key);
    }

    void defines(QualifiedName table, ColumnDefinition column) {
        boolean notNull = column.is(Trait.NOT_NULL) || column.is(Trait.PRIMARY_KEY);
        newColumns.add(new NewColumn(resolved(table), column.name(), column.type(), notNull));
    }

    void child(QualifiedName name, QualifiedName parent, boolean isPartition, boolean isDefault) {
        newChildren.add(new NewChild(resolved(name), resolved(parent), isPartition, isDefault));
    }

    void renamesColumn(QualifiedName table, String from, String to) {
        renamedColumns.add(new RenamedColumn(resolved(table), from, to));
    }

    void constrainsDomain(QualifiedName domain) {
        constrainedDomains.add(resolved(domain));
    }

    public void columnType(QualifiedName table, String column, ColumnType type) {
        columnTypes.computeIfAbsent(resolved(table), key -> new HashMap<>()).put(column, type);
    }

    /** The statement does nothing if its object already exists. */
    void makeConditional() {
        ifNotExists = true;
    }

    /** The statement also drops or empties whatever depends on its object. */
    void cascade() {
        cascades = true;
    }

    /** Adds the effects of a statement inside this one. */
    void include(StatementEffects inner) {
        effects.addAll(inner.effects);
        notes.addAll(inner.notes);
        named.addAll(inner.named);
        only.addAll(inner.only);
        called.addAll(inner.called);
        replaced.addAll(inner.replaced);
        partitioned.putAll(inner.partitioned);
        newColumns.addAll(inner.newColumns);
        newChildren.addAll(inner.newChildren);
        renamedColumns.addAll(inner.renamedColumns);
        constrainedDomains.addAll(inner.constrainedDomains);
        columnTypes.putAll(inner.columnTypes);
        created.addAll(inner.created);
        renamed.putAll(inner.renamed);
        foreignKeys.addAll(inner.foreignKeys);
        indexes.addAll(inner.indexes);
        validations.addAll(inner.validations);
        addedNotValid.addAll(inner.addedNotValid);
        droppedSchemas.addAll(inner.droppedSchemas);
        proofs.addAll(inner.proofs);
        checks.addAll(inner.checks);
        opaque |= inner.opaque;
        cascades |= inner.cascades;
    }

    void index(QualifiedName table, List<String> columns) {
        indexes.add(new IndexColumns(resolved(table), columns));
    }

    void validates(QualifiedName table, String constraint) {
        validations.add(new Validation(resolved(table), constraint));
    }

    /** A CHECK that is valid at once or by a later VALIDATE CONSTRAINT. */
    public void checks(QualifiedName table, Optional<String> constraint, List<String> columns, boolean validated) {
        checks.add(new CheckFact(resolved(table), constraint, Set.copyOf(columns), validated));
    }

    public List<CheckFact> checks() {
        return checks;
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

    /** The effects depend on code that is not in the statement. */
    void makeOpaque() {
        opaque = true;
    }

    public List<Effect> effects() {
        return effects;
    }

    public List<QualifiedName> created() {
        return created;
    }

    public List<ForeignKey> foreignKeys() {
        return foreignKeys;
    }

    public List<IndexColumns> indexes() {
        return indexes;
    }

    public List<Validation> validations() {
        return validations;
    }

    public List<NotNullProof> proofs() {
        return proofs;
    }

    public List<String> droppedSchemas() {
        return droppedSchemas;
    }

    public List<QualifiedName> addedNotValid() {
        return addedNotValid;
    }

    public Map<QualifiedName, QualifiedName> renamed() {
        return renamed;
    }

    public boolean isOpaque() {
        return opaque;
    }

    public List<Note> notes() {
        return notes;
    }

    public boolean isOnly(QualifiedName relation) {
        return only.contains(relation);
    }

    public Set<QualifiedName> called() {
        return called;
    }

    public Set<QualifiedName> provided() {
        return replaced;
    }

    /** Tables that it partitions, each with the columns of the key. */
    public Map<QualifiedName, List<String>> partitioned() {
        return partitioned;
    }

    public List<NewColumn> newColumns() {
        return newColumns;
    }

    public List<NewChild> newChildren() {
        return newChildren;
    }

    public List<RenamedColumn> renamedColumns() {
        return renamedColumns;
    }

    public Set<QualifiedName> constrainedDomains() {
        return constrainedDomains;
    }

    public Optional<ColumnType> columnType(QualifiedName table, Optional<String> column) {
        return column.map(name -> columnTypes.getOrDefault(table, Map.of()).get(name));
    }

    public boolean isConditional() {
        return ifNotExists;
    }

    public boolean cascades() {
        return cascades;
    }

    /** All names that are, or may be, in the catalogue. */
    public Set<QualifiedName> named() {
        Set<QualifiedName> names = new HashSet<>(created);
        names.addAll(named);
        effects.forEach(effect -> names.add(effect.relation()));
        notes.forEach(note -> names.add(note.relation()));
        foreignKeys.forEach(key -> names.add(key.references()));
        columnTypes.values().forEach(types -> types.values().forEach(type -> names.add(resolved(type.name()))));
        return names;
    }

    /** The type as a name in a schema, for those that are not PostgreSQL's own. */
    public QualifiedName resolvedType(ColumnType type) {
        return resolved(type.name());
    }

    String defaultSchema() {
        return defaultSchema;
    }

    public QualifiedName resolved(QualifiedName written) {
        return written.schema().isPresent() ? written : QualifiedName.of(defaultSchema, written.name());
    }
}
