package dev.slipway.migrator.plan;

import dev.slipway.migrator.sql.SqlCommand;
import dev.slipway.migrator.sql.SqlCommand.DropIndex;
import dev.slipway.migrator.sql.TokenReader;

/** Reads DROP. */
final class DropReader {
    private DropReader() {}

    /** Goes on behind {@code DROP}. */
    static void read(TokenReader reader, StatementEffects effects, SqlCommand command) {
        if (command instanceof DropIndex index) {
            Operation operation = index.concurrently() ? Operation.DROP_INDEX_CONCURRENTLY : Operation.DROP_INDEX;
            index.indexes().forEach(each -> effects.add(operation, each));
        } else if (reader.take("SCHEMA")) {
            schemas(reader, effects);
        } else if (reader.take("TRIGGER") || reader.take("RULE") || reader.take("POLICY")) {
            AttachedObjects.read(reader, Operation.ATTACHED_OBJECT, effects);
        } else if (reader.take("FOREIGN", "TABLE") || reader.take("TABLE")) {
            relations(reader, effects, Operation.DROP_TABLE);
        } else if (reader.take("MATERIALIZED", "VIEW") || reader.take("VIEW") || reader.take("SEQUENCE")) {
            relations(reader, effects, Operation.DROP_RELATION);
        }
    }

    private static void relations(TokenReader reader, StatementEffects effects, Operation operation) {
        reader.take("IF", "EXISTS");
        do {
            reader.takeQualifiedName().ifPresent(relation -> effects.add(operation, relation));
        } while (reader.takeSymbol(','));
    }

    private static void schemas(TokenReader reader, StatementEffects effects) {
        reader.take("IF", "EXISTS");
        do {
            reader.takeName().ifPresent(effects::dropsSchema);
        } while (reader.takeSymbol(','));
    }
}
