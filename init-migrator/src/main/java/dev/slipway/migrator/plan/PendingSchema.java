package dev.slipway.migrator.plan;

import dev.slipway.migrator.effects.ColumnType;
import dev.slipway.migrator.effects.Effect;
import dev.slipway.migrator.effects.ForeignKey;
import dev.slipway.migrator.effects.IndexColumns;
import dev.slipway.migrator.effects.Operation;
import dev.slipway.migrator.effects.StatementEffects;
import dev.slipway.migrator.effects.StatementEffects.CheckFact;
import dev.slipway.migrator.effects.StatementEffects.NotNullProof;
import dev.slipway.migrator.plan.Catalogue.Child;
import dev.slipway.migrator.plan.Catalogue.Relation;
import dev.slipway.migrator.sql.QualifiedName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The schema at the time of a statement: the catalogue plus the changes of the scripts so far. */
final class PendingSchema {
    /** A table with at most this many rows, if the server has counted them, is scanned or written in a moment. */
    private static final long FEW_ROWS = 1000;

    private static final long FEW_BYTES = 1 << 20;

    private final Catalogue catalogue;
    private final Set<QualifiedName> created = new HashSet<>();
    private final Set<QualifiedName> dropped = new HashSet<>();
    private final Set<QualifiedName> partitioned = new HashSet<>();
    private final Set<QualifiedName> constrainedDomains = new HashSet<>();
    private final List<IndexColumns> indexes = new ArrayList<>();
    private final List<NotNullProof> proofs;
    private final List<CheckFact> checks;
    private final List<ForeignKey> foreignKeys;
    private final Map<QualifiedName, Map<String, ColumnType>> types = new HashMap<>();

    PendingSchema(Catalogue catalogue) {
        this.catalogue = catalogue;
        this.proofs = new ArrayList<>(catalogue.proofs());
        this.checks = new ArrayList<>(catalogue.checks());
        this.foreignKeys = new ArrayList<>(catalogue.foreignKeys());
    }

    /**
     * Applies the changes that count while the statement runs: PostgreSQL drops first, whatever the order in an ALTER
     * TABLE.
     */
    void begin(StatementEffects effects) {
        effects.created().stream().filter(name -> !exists(name)).forEach(created::add);
        effects.renamed().forEach((from, to) -> {
            if (created.contains(from)) {
                created.add(to);
            }
        });
        partitioned.addAll(effects.partitioned().keySet());
        constrainedDomains.addAll(effects.constrainedDomains());
        indexes.addAll(effects.indexes());
        for (Effect effect : effects.effects()) {
            if (effect.operation() == Operation.DROP_CONSTRAINT) {
                proofs.removeIf(proof -> proof.table().equals(effect.relation())
                        && proof.constraint().equals(effect.part()));
                checks.removeIf(check -> check.table().equals(effect.relation())
                        && check.constraint().equals(effect.part()));
            }
        }
    }

    /** Applies the changes that count after the statement. */
    void end(StatementEffects effects) {
        proofs.addAll(effects.proofs());
        checks.addAll(effects.checks());
        effects.validations().forEach(validation -> {
            proofs.replaceAll(proof -> proof.after(validation));
            checks.replaceAll(check -> check.after(validation));
        });
        for (Effect effect : effects.effects()) {
            QualifiedName table = effect.relation();
            String part = effect.part().orElse("");
            switch (effect.operation()) {
                case DROP_CONSTRAINT -> foreignKeys.removeIf(key -> key.table().equals(table) && key.isNamed(part));
                case DROP_COLUMN ->
                    foreignKeys.removeIf(
                            key -> key.table().equals(table) && key.columns().contains(part));
                case DROP_TABLE, DROP_RELATION -> {
                    foreignKeys.removeIf(key -> key.table().equals(table));
                    created.remove(table);
                    dropped.add(table);
                }
                case DROP_NOT_NULL ->
                    proofs.removeIf(proof -> proof.table().equals(table)
                            && proof.column().equals(part)
                            && proof.constraint().isEmpty());
                case SET_NOT_NULL -> proofs.add(new NotNullProof(table, part, Optional.empty(), true));
                case ALTER_COLUMN_TYPE ->
                    effects.columnType(table, effect.part())
                            .ifPresent(type -> types.computeIfAbsent(table, key -> new HashMap<>())
                                    .put(part, type));
                default -> {
                    // Changes nothing that the locks of later statements depend on.
                }
            }
        }
        foreignKeys.addAll(effects.foreignKeys());
        effects.renamed().forEach(this::rename);
    }

    private void rename(QualifiedName from, QualifiedName to) {
        foreignKeys.replaceAll(key -> key.renamed(from, to));
        proofs.replaceAll(proof -> proof.table().equals(from)
                ? new NotNullProof(to, proof.column(), proof.constraint(), proof.validated())
                : proof);
        checks.replaceAll(check -> check.table().equals(from)
                ? new CheckFact(to, check.constraint(), check.columns(), check.validated())
                : check);
    }

    /** Whether the scripts create the relation, so that no other session can use it. */
    boolean creates(QualifiedName relation) {
        return created.contains(relation);
    }

    boolean exists(QualifiedName relation) {
        return catalogue.relation(relation).isPresent() && !dropped.contains(relation);
    }

    boolean covers(ForeignKey key) {
        return indexes.stream().anyMatch(index -> index.covers(key));
    }

    /** Whether an index may have the column. */
    boolean isIndexed(QualifiedName table, String column) {
        return !catalogue.isAsked()
                || catalogue.isIndexed(table, column)
                || indexes.stream()
                        .anyMatch(index ->
                                index.table().equals(table) && index.columns().contains(column));
    }

    boolean provesNotNull(QualifiedName table, String column) {
        return proofs.stream()
                .anyMatch(proof -> proof.validated()
                        && proof.table().equals(table)
                        && proof.column().equals(column));
    }

    /** The tables whose foreign keys a partition of this one has, too. */
    List<QualifiedName> withAncestors(QualifiedName parent) {
        List<QualifiedName> all = new ArrayList<>(List.of(parent));
        for (Optional<QualifiedName> above = partitionedBy(parent);
                above.isPresent() && !all.contains(above.get());
                above = partitionedBy(above.get())) {
            all.add(above.get());
        }
        return all;
    }

    /** Whether a table has every foreign key that it would get as a partition. */
    boolean hasKeysOf(QualifiedName parent, QualifiedName partition) {
        List<QualifiedName> above = withAncestors(parent);
        return foreignKeys.stream()
                .filter(key -> above.contains(key.table()))
                .allMatch(key -> foreignKeys.stream()
                        .anyMatch(own -> own.table().equals(partition)
                                && own.columns().equals(key.columns())
                                && own.references().equals(key.references())));
    }

    /**
     * Whether a valid CHECK covers all columns of the partition key; that is the CHECK that the hazard advises to add.
     */
    boolean provesBounds(QualifiedName partition, QualifiedName parent) {
        Set<String> key = catalogue.partitionKey(parent);
        return !key.isEmpty()
                && checks.stream()
                        .anyMatch(check -> check.validated()
                                && check.table().equals(partition)
                                && check.columns().containsAll(key));
    }

    /** The operation that widens a column: PostgreSQL recreates each CHECK on it, and scans all rows for that. */
    Operation widening(QualifiedName table, String column) {
        List<CheckFact> onColumn = checks.stream()
                .filter(check -> check.table().equals(table) && check.columns().contains(column))
                .toList();
        if (onColumn.isEmpty()) {
            return Operation.WIDEN_COLUMN;
        }
        boolean proofsOnly = onColumn.stream()
                .allMatch(check -> check.columns().size() == 1
                        && proofs.stream()
                                .anyMatch(proof -> proof.table().equals(table)
                                        && proof.constraint().equals(check.constraint())));
        return proofsOnly ? Operation.WIDEN_PROVEN_COLUMN : Operation.WIDEN_CHECKED_COLUMN;
    }

    List<ForeignKey> foreignKeys() {
        return foreignKeys;
    }

    List<NotNullProof> proofs() {
        return proofs;
    }

    List<CheckFact> checks() {
        return checks;
    }

    Set<QualifiedName> constrainedDomains() {
        return constrainedDomains;
    }

    boolean isPartitioned(QualifiedName relation) {
        return partitioned.contains(relation)
                || (!created.contains(relation)
                        && catalogue
                                .relation(relation)
                                .filter(Relation::isPartitioned)
                                .isPresent());
    }

    boolean isConstrainedDomain(QualifiedName type) {
        return constrainedDomains.contains(type) || catalogue.isConstrainedDomain(type);
    }

    /** Its partitions, or the tables that inherit from it, at every level. */
    List<QualifiedName> descendants(QualifiedName relation) {
        Set<QualifiedName> found = new LinkedHashSet<>(List.of(relation));
        var todo = new ArrayList<>(found);
        for (int next = 0; next < todo.size(); next++) {
            QualifiedName parent = todo.get(next);
            catalogue.children().stream()
                    .filter(child -> child.parent().equals(parent))
                    .map(Child::name)
                    .filter(found::add)
                    .forEach(todo::add);
        }
        return todo.subList(1, todo.size());
    }

    Optional<QualifiedName> partitionedBy(QualifiedName partition) {
        return catalogue.children().stream()
                .filter(child -> child.isPartition() && child.name().equals(partition))
                .map(Child::parent)
                .findFirst();
    }

    Optional<QualifiedName> defaultPartition(QualifiedName parent) {
        return catalogue.children().stream()
                .filter(child -> child.isDefault() && child.parent().equals(parent))
                .map(Child::name)
                .findFirst();
    }

    Optional<ColumnType> typeOf(QualifiedName table, String column) {
        return Optional.ofNullable(types.getOrDefault(table, Map.of()).get(column))
                .or(() -> catalogue.typeOf(table, column).map(ColumnType::of));
    }

    /** Whether the server has counted few rows in the table and its partitions. */
    boolean isSmall(QualifiedName table) {
        return rows(table).filter(rows -> rows < FEW_ROWS).isPresent() && bytes(table) <= FEW_BYTES;
    }

    Optional<Long> rows(QualifiedName table) {
        long sum = 0;
        for (QualifiedName each : family(table)) {
            Optional<Relation> relation = catalogue.relation(each).filter(found -> !found.isPartitioned());
            if (relation.isEmpty()
                    ? !isPartitioned(each)
                    : relation.get().rows().isEmpty()) {
                return Optional.empty();
            }
            sum += relation.flatMap(Relation::rows).orElse(0L);
        }
        return Optional.of(sum);
    }

    long bytes(QualifiedName table) {
        return family(table).stream()
                .flatMap(each -> catalogue.relation(each).stream())
                .mapToLong(Relation::bytes)
                .sum();
    }

    private List<QualifiedName> family(QualifiedName table) {
        var family = new ArrayList<>(descendants(table));
        family.add(table);
        return family;
    }

    Catalogue catalogue() {
        return catalogue;
    }
}
