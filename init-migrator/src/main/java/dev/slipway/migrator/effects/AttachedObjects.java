package dev.slipway.migrator.effects;

import dev.slipway.migrator.sql.TokenReader;

/** Objects that belong to a table and are named with it: {@code … name ON table}. */
final class AttachedObjects {
    private AttachedObjects() {}

    /** Continues at the object's name. A constraint of a domain has no table. */
    static void read(TokenReader reader, Operation operation, StatementEffects effects) {
        reader.take("IF", "EXISTS");
        if (reader.skipTo("ON") && reader.take("ON") && !reader.at("DOMAIN")) {
            reader.takeQualifiedName().ifPresent(table -> effects.add(operation, table));
        }
    }
}
