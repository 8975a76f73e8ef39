package dev.slipway.migrator.effects;

import dev.slipway.migrator.effects.ColumnDefinition.Trait;
import dev.slipway.migrator.effects.ConstraintReader.Constraint;
import dev.slipway.migrator.effects.ConstraintReader.Kind;
import dev.slipway.migrator.sql.QualifiedName;
import dev.slipway.migrator.sql.TokenReader;
import java.util.List;
import java.util.Optional;

/** Reads CREATE TABLE: what it touches besides the new table, and which keys and indexes the new table has. */
final class CreateTableReader {
    private CreateTableReader() {}

    /** Continues after {@code CREATE … TABLE}. */
    static void read(TokenReader reader, StatementEffects effects) {
        if (reader.take("IF", "NOT", "EXISTS")) {
            effects.makeConditional();
        }
        reader.takeQualifiedName().ifPresent(table -> {
            effects.creates(table);
            Optional<QualifiedName> parent = readParent(reader, effects);
            if (reader.takeSymbol('(')) {
                readElements(reader, effects, table);
            }
            parent.ifPresent(above -> effects.child(table, above, true, reader.at("DEFAULT")));
            reader.skipTo("INHERITS", "PARTITION");
            if (reader.take("INHERITS") && reader.takeSymbol('(')) {
                readInherited(reader, effects, table);
            } else if (reader.take("PARTITION", "BY")) {
                reader.takeName();
                effects.partitions(table, reader.takeNameList());
            }
        });
    }

    private static Optional<QualifiedName> readParent(TokenReader reader, StatementEffects effects) {
        Optional<QualifiedName> parent = reader.take("PARTITION", "OF") ? reader.takeQualifiedName() : Optional.empty();
        parent.ifPresent(above -> effects.add(Operation.PARTITIONED_PARENT, above));
        return parent;
    }

    private static void readInherited(TokenReader reader, StatementEffects effects, QualifiedName table) {
        do {
            reader.takeQualifiedName().ifPresent(parent -> {
                effects.add(Operation.INHERITED, parent);
                effects.child(table, parent, false, false);
            });
        } while (reader.takeSymbol(','));
    }

    private static void readElements(TokenReader reader, StatementEffects effects, QualifiedName table) {
        do {
            if (ConstraintReader.isNext(reader)) {
                ConstraintReader.take(reader).ifPresent(constraint -> constraint(effects, table, constraint));
            } else if (!reader.at("LIKE")) {
                column(effects, table, ColumnDefinition.take(reader));
            }
            while (!reader.atEnd() && !reader.atSymbol(',') && !reader.atSymbol(')')) {
                reader.skip();
            }
        } while (reader.takeSymbol(','));
        reader.takeSymbol(')');
    }

    private static void constraint(StatementEffects effects, QualifiedName table, Constraint constraint) {
        recordIndex(effects, table, constraint);
        if (constraint.kind() == Kind.CHECK) {
            effects.checks(table, constraint.name(), constraint.columns(), true);
        }
        constraint.notNullColumn().ifPresent(column -> effects.proves(table, column, constraint.name(), true));
        constraint
                .references()
                .ifPresent(other -> reference(effects, table, constraint.name(), constraint.columns(), other));
    }

    private static void column(StatementEffects effects, QualifiedName table, ColumnDefinition column) {
        effects.defines(table, column);
        recordCheck(effects, table, column);
        recordIndex(effects, table, column);
        column.references()
                .ifPresent(other -> reference(effects, table, column.keyName(), List.of(column.name()), other));
    }

    private static void reference(
            StatementEffects effects,
            QualifiedName table,
            Optional<String> name,
            List<String> columns,
            QualifiedName other) {
        if (!other.equals(table)) {
            effects.add(Operation.REFERENCED, other);
        }
        effects.foreignKey(table, columns, true, name, other);
    }

    /** The index that comes with a key. */
    static void recordIndex(StatementEffects effects, QualifiedName table, Constraint constraint) {
        if (constraint.kind() == Kind.UNIQUE || constraint.kind() == Kind.PRIMARY_KEY) {
            effects.index(table, constraint.columns());
        }
    }

    /** A CHECK beside its column, under the name that PostgreSQL gives it. */
    static void recordCheck(StatementEffects effects, QualifiedName table, ColumnDefinition column) {
        if (column.is(Trait.CHECK)) {
            Optional<String> name = Optional.of(table.name() + '_' + column.name() + "_check");
            effects.checks(table, name, List.of(column.name()), true);
        }
    }

    /** The index that comes with a key. */
    static void recordIndex(StatementEffects effects, QualifiedName table, ColumnDefinition column) {
        if (column.is(Trait.PRIMARY_KEY) || column.is(Trait.UNIQUE)) {
            effects.index(table, List.of(column.name()));
        }
    }
}
