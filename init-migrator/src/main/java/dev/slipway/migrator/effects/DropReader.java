package dev.slipway.migrator.effects;

import dev.slipway.migrator.sql.QualifiedName;
import dev.slipway.migrator.sql.SqlCommand;
import dev.slipway.migrator.sql.SqlCommand.DropIndex;
import dev.slipway.migrator.sql.TokenReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Reads DROP. */
final class DropReader {
    private DropReader() {}

    /** Continues after {@code DROP}. */
    static void read(TokenReader reader, StatementEffects effects, SqlCommand command) {
        if (command instanceof DropIndex index) {
            Operation operation = index.concurrently() ? Operation.DROP_INDEX_CONCURRENTLY : Operation.DROP_INDEX;
            index.indexes().forEach(each -> effects.add(operation, each));
        } else if (reader.take("SCHEMA")) {
            schemas(reader, effects);
        } else if (reader.take("POLICY")) {
            AttachedObjects.read(reader, Operation.POLICY, effects);
        } else if (reader.take("TRIGGER") || reader.take("RULE")) {
            AttachedObjects.read(reader, Operation.ATTACHED_OBJECT, effects);
        } else if (reader.take("FOREIGN", "TABLE") || reader.take("TABLE")) {
            dropped(reader, effects, table -> effects.add(Operation.DROP_TABLE, table));
        } else if (reader.take("MATERIALIZED", "VIEW") || reader.take("VIEW") || reader.take("SEQUENCE")) {
            dropped(reader, effects, relation -> effects.add(Operation.DROP_RELATION, relation));
        } else if (reader.take("OWNED")) {
            effects.makeOpaque();
        } else if (reader.at("EXTENSION")) {
            dropped(reader, effects, extension -> {});
        } else if (reader.atAny("FUNCTION", "PROCEDURE", "ROUTINE", "AGGREGATE", "TYPE", "DOMAIN")) {
            reader.takeAny();
            dropped(reader, effects, object -> effects.note(Rule.DROP_OBJECT, object));
        }
    }

    /** Takes the names, each with the arguments of a function, and the words after them. */
    private static void dropped(TokenReader reader, StatementEffects effects, Consumer<QualifiedName> drop) {
        boolean extension = reader.take("EXTENSION");
        reader.take("IF", "EXISTS");
        List<QualifiedName> names = new ArrayList<>();
        do {
            reader.takeQualifiedName().ifPresent(names::add);
            if (reader.atSymbol('(')) {
                reader.skip();
            }
        } while (reader.takeSymbol(','));
        names.forEach(drop);
        if (reader.take("CASCADE")) {
            effects.cascade();
            names.forEach(name -> effects.note(
                    Rule.DROP_CASCADE,
                    extension ? name.toString() : effects.resolved(name).toString(),
                    name));
        }
    }

    private static void schemas(TokenReader reader, StatementEffects effects) {
        reader.take("IF", "EXISTS");
        do {
            reader.takeName().ifPresent(effects::dropsSchema);
        } while (reader.takeSymbol(','));
    }
}
