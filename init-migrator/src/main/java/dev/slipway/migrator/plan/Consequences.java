package dev.slipway.migrator.plan;

import dev.slipway.migrator.effects.ColumnType;
import dev.slipway.migrator.effects.Effect;
import dev.slipway.migrator.effects.ForeignKey;
import dev.slipway.migrator.effects.Operation;
import dev.slipway.migrator.effects.StatementEffects;
import dev.slipway.migrator.effects.TableWork;
import dev.slipway.migrator.plan.Catalogue.Relation;
import dev.slipway.migrator.sql.QualifiedName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Works out what the effects of one statement mean in the current schema: on which other relations PostgreSQL also
 * takes locks, and which work it can skip. Not thread-safe.
 */
final class Consequences {
    /** Operations that are also done to the partitions and to inheriting tables. */
    private static final Set<Operation> FOR_ALL_DESCENDANTS = EnumSet.of(
            Operation.ADD_COLUMN,
            Operation.ADD_COLUMN_REWRITING,
            Operation.ADD_REQUIRED_COLUMN,
            Operation.DROP_COLUMN,
            Operation.ALTER_COLUMN_TYPE,
            Operation.COLUMN_DEFAULT,
            Operation.SET_NOT_NULL,
            Operation.DROP_NOT_NULL,
            Operation.SET_EXPRESSION,
            Operation.DROP_EXPRESSION,
            Operation.COLUMN_STORAGE,
            Operation.COLUMN_COMPRESSION,
            Operation.COLUMN_STATISTICS,
            Operation.ADD_CHECK,
            Operation.ADD_CHECK_NOT_VALID,
            Operation.ADD_NOT_NULL,
            Operation.ADD_NOT_NULL_NOT_VALID,
            Operation.DROP_CONSTRAINT,
            Operation.VALIDATE_CONSTRAINT,
            Operation.RENAME_COLUMN,
            Operation.RENAME_CONSTRAINT,
            Operation.TRUNCATE,
            Operation.TRUNCATE_CASCADE,
            Operation.LOCK_TABLE,
            Operation.WRITE_ALL_ROWS);

    /**
     * Operations that are also done to the partitions, but not to inheriting tables, which have their own indexes and
     * keys.
     */
    private static final Set<Operation> FOR_PARTITIONS = EnumSet.of(
            Operation.CREATE_INDEX,
            Operation.ADD_UNIQUE,
            Operation.ADD_PRIMARY_KEY,
            Operation.ADD_EXCLUSION,
            Operation.ADD_FOREIGN_KEY,
            Operation.ADD_FOREIGN_KEY_NOT_VALID,
            Operation.CREATE_TRIGGER,
            Operation.DROP_TABLE,
            Operation.DEPENDENT,
            Operation.REFERENCE_REMADE,
            Operation.TABLE_OF_DROPPED_INDEX,
            Operation.ANALYZE);

    /** From this version on, a child loses NOT NULL only if it inherited it from its parent. */
    private static final int OWN_NOT_NULL = 18;

    private final StatementEffects statement;
    private final PendingSchema schema;
    private final List<Effect> all = new ArrayList<>();

    Consequences(StatementEffects statement, PendingSchema schema) {
        this.statement = statement;
        this.schema = schema;
    }

    /** All effects, including the consequences. */
    List<Effect> all() {
        for (Effect effect : statement.effects()) {
            boolean domain = effect.operation() == Operation.DOMAIN_CONSTRAINT;
            if (domain
                    && (schema.catalogue().isAsked()
                            || !schema.catalogue()
                                    .tablesOfType(effect.relation())
                                    .isEmpty())) {
                add(Operation.DOMAIN_CONSTRAINT, schema.catalogue().tablesOfType(effect.relation()), effect);
            } else {
                all.add(spread(adjusted(effect)));
                follow(effect);
            }
        }
        return all;
    }

    private Effect spread(Effect effect) {
        QualifiedName relation = effect.relation();
        boolean partitions = FOR_PARTITIONS.contains(effect.operation()) && schema.isPartitioned(relation);
        boolean descends = partitions || FOR_ALL_DESCENDANTS.contains(effect.operation());
        boolean own = effect.operation() == Operation.DROP_NOT_NULL
                && schema.catalogue().major() >= OWN_NOT_NULL
                && !schema.provesNotNull(relation, effect.part().orElse(""));
        return descends && !own && !statement.isOnly(relation) ? effect.with(schema.descendants(relation)) : effect;
    }

    private Effect adjusted(Effect effect) {
        QualifiedName table = effect.relation();
        if (hasNoRowsOfItsOwn(effect)) {
            return effect.withoutWork();
        }
        String part = effect.part().orElse("");
        return switch (effect.operation()) {
            case SET_NOT_NULL -> schema.provesNotNull(table, part) ? effect.withoutWork() : effect;
            case VALIDATE_CONSTRAINT -> schema.catalogue().isValid(table, part) ? effect.withoutWork() : effect;
            case ALTER_COLUMN_TYPE -> typeChange(effect, table, part);
            case ADD_COLUMN, ADD_REQUIRED_COLUMN ->
                statement
                                .columnType(table, effect.part())
                                .map(statement::resolvedType)
                                .filter(schema::isConstrainedDomain)
                                .isPresent()
                        ? effect.as(Operation.ADD_COLUMN_REWRITING)
                        : effect;
            case ATTACHED_PARTITION ->
                attachedTo()
                                .filter(parent -> schema.provesBounds(table, parent) && schema.hasKeysOf(parent, table))
                                .isPresent()
                        ? effect.withoutWork()
                        : effect;
            case POLICY -> hasNoRowSecurity(table) ? effect.withoutWork() : effect;
            default -> effect;
        };
    }

    /**
     * Whether it is a partitioned table without its partitions: the partitions' indexes are later attached to an index
     * ON ONLY it.
     */
    private boolean hasNoRowsOfItsOwn(Effect effect) {
        return statement.isOnly(effect.relation())
                && effect.work() != TableWork.NONE
                && (schema.isPartitioned(effect.relation())
                        || (effect.operation() == Operation.CREATE_INDEX
                                && !schema.catalogue().isAsked()));
    }

    private boolean hasNoRowSecurity(QualifiedName table) {
        return schema.catalogue()
                .relation(table)
                .filter(found -> !found.rowSecurity())
                .isPresent();
    }

    private Effect typeChange(Effect effect, QualifiedName table, String column) {
        Optional<ColumnType> old = schema.typeOf(table, column);
        Optional<ColumnType> changed = statement.columnType(table, effect.part());
        if (old.isEmpty() || changed.isEmpty() || !old.get().widensTo(changed.get())) {
            return effect;
        }
        boolean sortedAnew = changed.get().collated() && schema.isIndexed(table, column);
        return effect.as(sortedAnew ? Operation.RECOLLATE_COLUMN : schema.widening(table, column));
    }

    private Optional<QualifiedName> attachedTo() {
        return statement.effects().stream()
                .filter(effect -> effect.operation() == Operation.ATTACH_PARTITION)
                .map(Effect::relation)
                .findFirst();
    }

    private void follow(Effect effect) {
        QualifiedName table = effect.relation();
        String part = effect.part().orElse("");
        switch (effect.operation()) {
            case DROP_CONSTRAINT -> dropConstraint(effect, table, part);
            case DROP_COLUMN -> {
                unreference(
                        effect,
                        key -> key.table().equals(table) && key.columns().contains(part));
                cascade(
                        effect,
                        key -> key.references().equals(table)
                                && key.referenced().contains(part));
            }
            case DROP_TABLE -> dropTable(effect, table);
            case DROP_RELATION -> cascade(effect, key -> false);
            case ALTER_COLUMN_TYPE -> {
                boolean checked = adjusted(effect).operation() == Operation.ALTER_COLUMN_TYPE;
                Operation made = checked ? Operation.REFERENCE_REMADE : Operation.DEPENDENT;
                add(
                        made,
                        referred(key ->
                                key.table().equals(table) && key.columns().contains(part)),
                        effect);
                add(
                        made,
                        referring(key -> key.references().equals(table)
                                && key.referenced().contains(part)),
                        effect);
            }
            case TRUNCATE_CASCADE -> add(Operation.DEPENDENT, referringAtAnyDistance(table), effect);
            case DROP_INDEX -> tableOf(Operation.TABLE_OF_DROPPED_INDEX, effect);
            case DROP_INDEX_CONCURRENTLY, REINDEX_CONCURRENTLY ->
                tableOf(Operation.TABLE_OF_INDEX_CONCURRENTLY, effect);
            case REINDEX_INDEX -> tableOf(Operation.TABLE_OF_INDEX, effect);
            case PARTITIONED_PARENT, ATTACH_PARTITION -> newPartition(effect, table);
            case DETACH_PARTITION -> {
                add(
                        Operation.LEFT_BY_PARTITION,
                        schema.defaultPartition(table).stream().toList(),
                        effect);
                add(Operation.REFERENCED, referred(key -> key.table().equals(table)), effect);
            }
            default -> {
                // No other relation is touched.
            }
        }
    }

    private void dropConstraint(Effect effect, QualifiedName table, String constraint) {
        unreference(effect, key -> key.table().equals(table) && key.isNamed(constraint));
        boolean foreign =
                schema.foreignKeys().stream().anyMatch(key -> key.table().equals(table) && key.isNamed(constraint));
        cascade(effect, key -> !foreign && key.references().equals(table));
    }

    private void dropTable(Effect effect, QualifiedName table) {
        var family = new LinkedHashSet<>(schema.descendants(table));
        family.add(table);
        unreference(effect, key -> family.contains(key.table()) && !family.contains(key.references()));
        cascade(effect, key -> family.contains(key.references()) && !family.contains(key.table()));
        schema.partitionedBy(table).ifPresent(parent -> {
            add(Operation.LEFT_BY_PARTITION, List.of(parent), effect);
            schema.defaultPartition(parent)
                    .filter(other -> !other.equals(table))
                    .ifPresent(other -> add(Operation.LEFT_BY_PARTITION, List.of(other), effect));
        });
    }

    private void newPartition(Effect effect, QualifiedName parent) {
        schema.defaultPartition(parent).ifPresent(other -> {
            Effect scanned = Effect.of(Operation.DEFAULT_PARTITION, other, Optional.empty());
            all.add(schema.provesBounds(other, parent) ? scanned.withoutWork() : scanned);
        });
        boolean reads = effect.operation() == Operation.ATTACH_PARTITION;
        add(
                reads ? Operation.REFERENCED_AND_READ : Operation.REFERENCED,
                referred(key -> schema.withAncestors(parent).contains(key.table())),
                effect);
    }

    private void unreference(Effect effect, Predicate<ForeignKey> dropped) {
        add(Operation.UNREFERENCED, referred(dropped), effect);
    }

    /** Adds what depends on the relation: only a CASCADE drops that too. */
    private void cascade(Effect effect, Predicate<ForeignKey> dropped) {
        if (statement.cascades()) {
            add(Operation.DEPENDENT, referring(dropped), effect);
            if (effect.operation() == Operation.DROP_TABLE || effect.operation() == Operation.DROP_RELATION) {
                add(Operation.DEPENDENT, viewsOver(effect.relation()), effect);
            }
        }
    }

    private Set<QualifiedName> viewsOver(QualifiedName relation) {
        Set<QualifiedName> found = new LinkedHashSet<>();
        var todo = new ArrayList<>(List.of(relation));
        for (int next = 0; next < todo.size(); next++) {
            schema.catalogue().viewsOf(todo.get(next)).stream()
                    .filter(found::add)
                    .forEach(todo::add);
        }
        return found;
    }

    private Set<QualifiedName> referringAtAnyDistance(QualifiedName table) {
        Set<QualifiedName> found = new LinkedHashSet<>();
        var todo = new ArrayList<>(List.of(table));
        for (int next = 0; next < todo.size(); next++) {
            QualifiedName referenced = todo.get(next);
            referring(key -> key.references().equals(referenced)).stream()
                    .filter(found::add)
                    .forEach(todo::add);
        }
        return found;
    }

    private void tableOf(Operation operation, Effect index) {
        schema.catalogue().tableOfIndex(index.relation()).ifPresent(table -> {
            boolean takes =
                    schema.catalogue().relation(table).map(Relation::kind).isPresent();
            if (takes) {
                all.add(spread(Effect.of(operation, table, Optional.empty())));
            }
        });
    }

    private Set<QualifiedName> referred(Predicate<ForeignKey> which) {
        Set<QualifiedName> tables = new LinkedHashSet<>();
        schema.foreignKeys().stream().filter(which).map(ForeignKey::references).forEach(tables::add);
        return tables;
    }

    private Set<QualifiedName> referring(Predicate<ForeignKey> which) {
        Set<QualifiedName> tables = new LinkedHashSet<>();
        schema.foreignKeys().stream().filter(which).map(ForeignKey::table).forEach(tables::add);
        return tables;
    }

    private void add(Operation operation, Collection<QualifiedName> relations, Effect cause) {
        relations.stream()
                .filter(relation -> operation == Operation.DOMAIN_CONSTRAINT || !relation.equals(cause.relation()))
                .map(relation -> spread(Effect.of(operation, relation, Optional.empty())))
                .forEach(all::add);
    }
}
