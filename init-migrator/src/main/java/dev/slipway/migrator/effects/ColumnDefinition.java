package dev.slipway.migrator.effects;

import dev.slipway.migrator.sql.QualifiedName;
import dev.slipway.migrator.sql.TokenReader;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A column as CREATE TABLE and ADD COLUMN define it.
 *
 * @param references the table of an inline foreign key
 * @param keyName the name of that key; empty if PostgreSQL chooses it
 */
record ColumnDefinition(
        String name, ColumnType type, Set<Trait> traits, Optional<QualifiedName> references, Optional<String> keyName) {
    /** What matters about a column. */
    enum Trait {
        NOT_NULL,
        DEFAULT,
        /** PostgreSQL has to compute a value for each row. */
        VALUE_PER_ROW,
        CHECK,
        UNIQUE,
        PRIMARY_KEY
    }

    private static final Set<String> SERIALS =
            Set.of("SERIAL", "BIGSERIAL", "SMALLSERIAL", "SERIAL2", "SERIAL4", "SERIAL8");
    private static final String[] CONSTRAINT_STARTS = {
        "CONSTRAINT", "NOT", "NULL", "CHECK", "DEFAULT", "GENERATED", "UNIQUE", "PRIMARY", "REFERENCES", "COLLATE"
    };

    boolean is(Trait trait) {
        return traits.contains(trait);
    }

    /** Reads to the comma or the end that follows the definition. */
    static ColumnDefinition take(TokenReader reader) {
        String name = reader.takeName().orElse("");
        Set<Trait> traits = EnumSet.noneOf(Trait.class);
        if (SERIALS.contains(reader.peekWord())) {
            traits.addAll(Set.of(Trait.NOT_NULL, Trait.DEFAULT, Trait.VALUE_PER_ROW));
        }
        ColumnType type = ColumnType.take(reader);
        Optional<QualifiedName> references = Optional.empty();
        Optional<String> keyName = Optional.empty();
        while (!atEndOfDefinition(reader)) {
            Optional<String> constraint = reader.take("CONSTRAINT") ? reader.takeName() : Optional.empty();
            if (reader.take("REFERENCES")) {
                references = reader.takeQualifiedName();
                keyName = constraint;
            } else {
                takePart(reader, traits);
            }
        }
        return new ColumnDefinition(name, type, traits, references, keyName);
    }

    private static boolean atEndOfDefinition(TokenReader reader) {
        return reader.atEnd() || reader.atSymbol(',') || reader.atSymbol(')');
    }

    private static void takePart(TokenReader reader, Set<Trait> traits) {
        if (reader.take("NOT", "NULL")) {
            traits.add(Trait.NOT_NULL);
        } else if (reader.take("DEFAULT")) {
            takeDefault(reader, traits);
        } else if (reader.take("GENERATED")) {
            takeGenerated(reader, traits);
        } else if (reader.take("PRIMARY", "KEY")) {
            traits.addAll(Set.of(Trait.PRIMARY_KEY, Trait.NOT_NULL));
        } else if (reader.at("UNIQUE") || reader.at("CHECK")) {
            traits.add(Trait.valueOf(reader.peekWord().toUpperCase(Locale.ROOT)));
            reader.skip();
        } else {
            reader.skip();
        }
    }

    private static void takeDefault(TokenReader reader, Set<Trait> traits) {
        boolean absent = reader.at("NULL");
        var volatility = new Volatility();
        do {
            volatility.take(reader);
        } while (!atEndOfDefinition(reader) && !reader.atAny(CONSTRAINT_STARTS));
        if (!absent) {
            traits.add(Trait.DEFAULT);
        }
        if (volatility.mayBeVolatile()) {
            traits.add(Trait.VALUE_PER_ROW);
        }
    }

    /** Identity, or an expression; a virtual one (PostgreSQL 18) is computed when it is read. */
    private static void takeGenerated(TokenReader reader, Set<Trait> traits) {
        traits.add(Trait.DEFAULT);
        while (!atEndOfDefinition(reader) && !reader.atAny("STORED", "IDENTITY")) {
            if (reader.take("VIRTUAL")) {
                return;
            }
            reader.skip();
        }
        if (reader.take("STORED") || reader.take("IDENTITY")) {
            traits.add(Trait.VALUE_PER_ROW);
        }
    }
}
