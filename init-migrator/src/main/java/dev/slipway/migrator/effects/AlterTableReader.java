package dev.slipway.migrator.effects;

import dev.slipway.migrator.effects.ColumnDefinition.Trait;
import dev.slipway.migrator.effects.ConstraintReader.Constraint;
import dev.slipway.migrator.sql.QualifiedName;
import dev.slipway.migrator.sql.TokenReader;
import java.util.List;
import java.util.Optional;

/** Reads ALTER TABLE, which may contain several forms, separated by commas. Used once; not thread-safe. */
final class AlterTableReader {
    /** A form, and the words by which it starts. */
    private record Form(Operation operation, String phrase) {
        boolean take(TokenReader reader) {
            return reader.take(phrase.split(" ", -1));
        }
    }

    private static final List<Form> TABLE_FORMS = List.of(
            new Form(Operation.ALTER_CONSTRAINT, "ALTER CONSTRAINT"),
            new Form(Operation.RENAME_CONSTRAINT, "RENAME CONSTRAINT"),
            new Form(Operation.TRIGGER_STATE, "ENABLE TRIGGER"),
            new Form(Operation.TRIGGER_STATE, "ENABLE REPLICA TRIGGER"),
            new Form(Operation.TRIGGER_STATE, "ENABLE ALWAYS TRIGGER"),
            new Form(Operation.TRIGGER_STATE, "DISABLE TRIGGER"),
            new Form(Operation.RULE_STATE, "ENABLE RULE"),
            new Form(Operation.RULE_STATE, "ENABLE REPLICA RULE"),
            new Form(Operation.RULE_STATE, "ENABLE ALWAYS RULE"),
            new Form(Operation.RULE_STATE, "DISABLE RULE"),
            new Form(Operation.ROW_SECURITY, "ENABLE ROW"),
            new Form(Operation.ROW_SECURITY, "DISABLE ROW"),
            new Form(Operation.ROW_SECURITY, "FORCE ROW"),
            new Form(Operation.ROW_SECURITY, "NO FORCE ROW"),
            new Form(Operation.CLUSTER_ON, "CLUSTER ON"),
            new Form(Operation.CLUSTER_ON, "SET WITHOUT CLUSTER"),
            new Form(Operation.SET_ACCESS_METHOD, "SET ACCESS METHOD"),
            new Form(Operation.SET_TABLESPACE, "SET TABLESPACE"),
            new Form(Operation.SET_LOGGED, "SET LOGGED"),
            new Form(Operation.SET_LOGGED, "SET UNLOGGED"),
            new Form(Operation.OF_TYPE, "OF"),
            new Form(Operation.OF_TYPE, "NOT OF"),
            new Form(Operation.OWNER, "OWNER TO"),
            new Form(Operation.REPLICA_IDENTITY, "REPLICA IDENTITY"));

    private static final List<Form> COLUMN_FORMS = List.of(
            new Form(Operation.COLUMN_DEFAULT, "SET DEFAULT"),
            new Form(Operation.COLUMN_DEFAULT, "DROP DEFAULT"),
            new Form(Operation.SET_NOT_NULL, "SET NOT NULL"),
            new Form(Operation.DROP_NOT_NULL, "DROP NOT NULL"),
            new Form(Operation.SET_EXPRESSION, "SET EXPRESSION"),
            new Form(Operation.DROP_EXPRESSION, "DROP EXPRESSION"),
            new Form(Operation.COLUMN_STATISTICS, "SET STATISTICS"),
            new Form(Operation.COLUMN_STORAGE, "SET STORAGE"),
            new Form(Operation.COLUMN_COMPRESSION, "SET COMPRESSION"),
            new Form(Operation.COLUMN_IDENTITY, "ADD GENERATED"),
            new Form(Operation.COLUMN_IDENTITY, "SET GENERATED"),
            new Form(Operation.COLUMN_IDENTITY, "DROP IDENTITY"),
            new Form(Operation.COLUMN_IDENTITY, "RESTART"));

    private final TokenReader reader;
    private final StatementEffects effects;
    private final QualifiedName table;

    private AlterTableReader(TokenReader reader, StatementEffects effects, QualifiedName table) {
        this.reader = reader;
        this.effects = effects;
        this.table = table;
    }

    /** Continues after {@code ALTER TABLE}. */
    static void read(TokenReader reader, StatementEffects effects) {
        if (reader.at("ALL", "IN", "TABLESPACE")) {
            effects.makeOpaque();
            return;
        }
        reader.take("IF", "EXISTS");
        boolean only = reader.at("ONLY");
        reader.takeRelation().ifPresent(table -> {
            if (only) {
                effects.only(table);
            }
            new AlterTableReader(reader, effects, table).readForms();
        });
    }

    private void readForms() {
        do {
            if (!takeForm(TABLE_FORMS) && !takeRename() && !takePartition() && !takeInheritance()) {
                takeOther();
            }
            reader.skipToComma();
        } while (reader.takeSymbol(','));
    }

    private boolean takeForm(List<Form> forms) {
        return takeForm(forms, Optional.empty());
    }

    private boolean takeForm(List<Form> forms, Optional<String> part) {
        for (Form form : forms) {
            if (form.take(reader)) {
                effects.add(form.operation(), table, part);
                return true;
            }
        }
        return false;
    }

    private boolean takeRename() {
        if (reader.take("SET", "SCHEMA")) {
            QualifiedName moved = QualifiedName.of(reader.takeName().orElse(""), table.name());
            effects.add(Operation.SET_SCHEMA, table);
            effects.renames(table, moved);
            return true;
        }
        if (!reader.take("RENAME")) {
            return false;
        }
        if (reader.take("TO")) {
            effects.add(Operation.RENAME_TABLE, table);
            effects.renames(
                    table, new QualifiedName(table.schema(), reader.takeName().orElse("")));
        } else {
            reader.take("COLUMN");
            Optional<String> column = reader.takeName();
            effects.add(Operation.RENAME_COLUMN, table, column);
            if (reader.take("TO")) {
                effects.renamesColumn(
                        table, column.orElse(""), reader.takeName().orElse(""));
            }
        }
        return true;
    }

    private boolean takePartition() {
        if (reader.take("ATTACH", "PARTITION")) {
            effects.add(Operation.ATTACH_PARTITION, table);
            reader.takeQualifiedName().ifPresent(part -> {
                effects.add(Operation.ATTACHED_PARTITION, part);
                effects.child(part, table, true, reader.at("DEFAULT"));
            });
            return true;
        }
        if (!reader.take("DETACH", "PARTITION")) {
            return false;
        }
        Optional<QualifiedName> partition = reader.takeQualifiedName();
        if (reader.atAny("CONCURRENTLY", "FINALIZE")) {
            effects.add(Operation.DETACH_CONCURRENTLY, table);
        } else {
            effects.add(Operation.DETACH_PARTITION, table);
        }
        partition.ifPresent(part -> effects.add(Operation.DETACHED_PARTITION, part));
        return true;
    }

    private boolean takeInheritance() {
        boolean adds = reader.take("INHERIT");
        if (!adds && !reader.take("NO", "INHERIT")) {
            return false;
        }
        effects.add(Operation.INHERIT, table);
        if (adds) {
            reader.takeQualifiedName().ifPresent(parent -> effects.add(Operation.INHERITED, parent));
        }
        return true;
    }

    private void takeOther() {
        if (reader.take("ADD")) {
            takeAdd();
        } else if (reader.take("DROP")) {
            takeDrop();
        } else if (reader.take("VALIDATE", "CONSTRAINT")) {
            String constraint = reader.takeName().orElse("");
            effects.add(Operation.VALIDATE_CONSTRAINT, table, constraint);
            effects.validates(table, constraint);
        } else if (reader.take("ALTER")) {
            takeColumnForm();
        } else if (reader.take("SET") || reader.take("RESET")) {
            effects.add(reader.atSymbol('(') ? Operation.STORAGE_PARAMETERS : Operation.ALTER_OTHERWISE, table);
        } else {
            effects.add(Operation.ALTER_OTHERWISE, table);
        }
    }

    private void takeColumnForm() {
        reader.take("COLUMN");
        Optional<String> column = reader.takeName();
        if (reader.take("TYPE") || reader.take("SET", "DATA", "TYPE")) {
            effects.add(Operation.ALTER_COLUMN_TYPE, table, column);
            effects.columnType(table, column.orElse(""), takeNewType(column));
        } else if (!takeForm(COLUMN_FORMS, column)) {
            boolean options = reader.take("SET") || reader.take("RESET");
            effects.add(
                    options && reader.atSymbol('(') ? Operation.COLUMN_OPTIONS : Operation.ALTER_OTHERWISE,
                    table,
                    column);
        }
    }

    /** No longer a plain type if the values are computed: {@code USING a} and {@code USING a::text} compute nothing. */
    private ColumnType takeNewType(Optional<String> column) {
        ColumnType type = ColumnType.take(reader);
        boolean plain = type.plain();
        boolean collated = reader.take("COLLATE");
        if (collated) {
            do {
                reader.takeName();
            } while (reader.takeSymbol('.'));
        }
        if (reader.take("USING")) {
            plain &= reader.takeName().equals(column);
            if (reader.takeCast()) {
                plain &= ColumnType.take(reader).equals(type);
            }
            plain &= reader.atEnd() || reader.atSymbol(',');
        }
        return new ColumnType(type.base(), type.modifier(), plain, collated);
    }

    private void takeDrop() {
        Operation operation = reader.take("CONSTRAINT") ? Operation.DROP_CONSTRAINT : Operation.DROP_COLUMN;
        reader.take("COLUMN");
        reader.take("IF", "EXISTS");
        Optional<String> part = reader.takeName();
        effects.add(operation, table, part);
        if (reader.take("CASCADE")) {
            effects.cascade();
            effects.note(
                    Rule.DROP_CASCADE,
                    effects.resolved(table) + part.map(each -> "." + each).orElse(""),
                    table);
        }
    }

    private void takeAdd() {
        if (ConstraintReader.isNext(reader)) {
            ConstraintReader.take(reader).ifPresent(this::addConstraint);
        } else {
            reader.take("COLUMN");
            reader.take("IF", "NOT", "EXISTS");
            addColumn(ColumnDefinition.take(reader));
        }
    }

    private void addConstraint(Constraint constraint) {
        boolean unchecked = constraint.notValid();
        Operation operation = switch (constraint.kind()) {
            case CHECK -> unchecked ? Operation.ADD_CHECK_NOT_VALID : Operation.ADD_CHECK;
            case NOT_NULL -> unchecked ? Operation.ADD_NOT_NULL_NOT_VALID : Operation.ADD_NOT_NULL;
            case FOREIGN_KEY -> unchecked ? Operation.ADD_FOREIGN_KEY_NOT_VALID : Operation.ADD_FOREIGN_KEY;
            case UNIQUE -> constraint.usingIndex() ? Operation.ADD_USING_INDEX : Operation.ADD_UNIQUE;
            case PRIMARY_KEY -> constraint.usingIndex() ? Operation.ADD_USING_INDEX : Operation.ADD_PRIMARY_KEY;
            case EXCLUDE -> Operation.ADD_EXCLUSION;
        };
        effects.add(operation, table);
        if (unchecked) {
            effects.addsNotValid(table);
        }
        if (constraint.kind() == ConstraintReader.Kind.CHECK) {
            effects.checks(table, constraint.name(), constraint.columns(), !unchecked);
        }
        constraint.notNullColumn().ifPresent(column -> effects.proves(table, column, constraint.name(), !unchecked));
        constraint.references().ifPresent(other -> {
            effects.add(unchecked ? Operation.REFERENCED : Operation.REFERENCED_AND_READ, other);
            effects.foreignKey(table, constraint.columns(), false, constraint.name(), other);
        });
        CreateTableReader.recordIndex(effects, table, constraint);
    }

    private void addColumn(ColumnDefinition column) {
        effects.add(addOperation(column), table, column.name());
        effects.columnType(table, column.name(), column.type());
        effects.defines(table, column);
        CreateTableReader.recordCheck(effects, table, column);
        if (column.is(Trait.CHECK)) {
            effects.add(Operation.ADD_CHECK, table);
        }
        if (column.is(Trait.PRIMARY_KEY)) {
            effects.add(Operation.ADD_PRIMARY_KEY, table);
        }
        if (column.is(Trait.UNIQUE)) {
            effects.add(Operation.ADD_UNIQUE, table);
        }
        column.references().ifPresent(other -> addReference(column, other));
        CreateTableReader.recordIndex(effects, table, column);
    }

    /** Rows that get NULL need no check. */
    private void addReference(ColumnDefinition column, QualifiedName other) {
        boolean checked = column.is(Trait.DEFAULT);
        effects.add(checked ? Operation.ADD_FOREIGN_KEY : Operation.ADD_FOREIGN_KEY_NOT_VALID, table);
        effects.add(checked ? Operation.REFERENCED_AND_READ : Operation.REFERENCED, other);
        effects.foreignKey(table, List.of(column.name()), true, column.keyName(), other);
    }

    private static Operation addOperation(ColumnDefinition column) {
        if (column.is(Trait.VALUE_PER_ROW)) {
            return Operation.ADD_COLUMN_REWRITING;
        }
        boolean required = column.is(Trait.NOT_NULL) && !column.is(Trait.DEFAULT);
        return required ? Operation.ADD_REQUIRED_COLUMN : Operation.ADD_COLUMN;
    }
}
