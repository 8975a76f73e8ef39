package dev.slipway.migrator.effects;

import dev.slipway.migrator.sql.SqlCommand.CreateIndex;
import dev.slipway.migrator.sql.SqlStatement;
import dev.slipway.migrator.sql.TokenReader;
import java.util.List;

/** Reads CREATE. */
final class CreateReader {
    private CreateReader() {}

    /** Continues after {@code CREATE}. */
    static void read(TokenReader reader, StatementEffects effects, SqlStatement statement) {
        boolean replaces = reader.take("OR", "REPLACE");
        takeModifiers(reader);
        if (statement.command() instanceof CreateIndex index) {
            readIndex(reader, effects, index);
        } else if (reader.take("FOREIGN", "TABLE") || reader.take("TABLE")) {
            CreateTableReader.read(reader, effects);
        } else if (reader.take("MATERIALIZED", "VIEW") || reader.take("SEQUENCE")) {
            readNew(reader, effects);
        } else if (reader.take("VIEW")) {
            readView(reader, effects, replaces);
        } else if (reader.take("CONSTRAINT", "TRIGGER") || reader.take("TRIGGER")) {
            AttachedObjects.read(reader, Operation.CREATE_TRIGGER, effects);
        } else if (reader.take("RULE")) {
            readRule(reader, effects);
        } else if (reader.take("POLICY")) {
            AttachedObjects.read(reader, restricts(statement) ? Operation.POLICY : Operation.ATTACHED_OBJECT, effects);
        } else if (reader.take("STATISTICS")) {
            readStatistics(reader, effects);
        } else if (reader.take("PUBLICATION")) {
            readPublication(reader, effects);
        } else if (reader.take("DOMAIN")) {
            readDomain(reader, effects);
        } else if (reader.atAny("FUNCTION", "PROCEDURE", "AGGREGATE", "TYPE")) {
            reader.takeAny();
            reader.takeQualifiedName().ifPresent(effects::provides);
        }
    }

    /** A permissive policy takes nothing away from the old version. */
    private static boolean restricts(SqlStatement policy) {
        var ahead = new TokenReader(policy.text());
        return ahead.skipTo("RESTRICTIVE", "FOR", "TO", "USING", "WITH") && ahead.at("RESTRICTIVE");
    }

    private static void readDomain(TokenReader reader, StatementEffects effects) {
        reader.takeQualifiedName().ifPresent(domain -> {
            effects.creates(domain);
            effects.provides(domain);
            while (!reader.atEnd()) {
                if (reader.at("CHECK") || reader.at("NOT", "NULL")) {
                    effects.constrainsDomain(domain);
                }
                reader.skip();
            }
        });
    }

    private static void takeModifiers(TokenReader reader) {
        while (reader.atAny("GLOBAL", "LOCAL", "TEMP", "TEMPORARY", "UNLOGGED", "RECURSIVE")) {
            reader.takeAny();
        }
    }

    private static void readIndex(TokenReader reader, StatementEffects effects, CreateIndex index) {
        Operation operation = index.concurrently() ? Operation.CREATE_INDEX_CONCURRENTLY : Operation.CREATE_INDEX;
        effects.add(operation, index.table());
        index.index().ifPresent(effects::creates);
        if (reader.skipTo("ON") && reader.take("ON") && reader.at("ONLY")) {
            effects.only(index.table());
        }
        while (!reader.atEnd() && !reader.atSymbol('(')) {
            reader.takeAny();
        }
        List<String> columns = reader.takeNameList();
        // A partial index does not cover all rows of a key.
        if (!reader.skipTo("WHERE")) {
            effects.index(index.table(), columns);
        }
    }

    private static void readNew(TokenReader reader, StatementEffects effects) {
        if (reader.take("IF", "NOT", "EXISTS")) {
            effects.makeConditional();
        }
        reader.takeQualifiedName().ifPresent(effects::creates);
    }

    private static void readView(TokenReader reader, StatementEffects effects, boolean replaces) {
        reader.takeQualifiedName().ifPresent(view -> {
            effects.provides(view);
            if (replaces) {
                effects.add(Operation.REPLACE_VIEW, view);
            } else {
                effects.creates(view);
            }
        });
    }

    /** {@code name AS ON event TO table}. */
    private static void readRule(TokenReader reader, StatementEffects effects) {
        if (reader.skipTo("TO") && reader.take("TO")) {
            reader.takeQualifiedName().ifPresent(table -> effects.add(Operation.ATTACHED_OBJECT, table));
        }
    }

    private static void readStatistics(TokenReader reader, StatementEffects effects) {
        if (reader.skipTo("FROM") && reader.take("FROM")) {
            reader.takeRelation().ifPresent(table -> effects.add(Operation.STATISTICS_OR_COMMENT, table));
        }
    }

    /** {@code FOR TABLE a, b}, and {@code ADD TABLE a} of ALTER PUBLICATION. */
    static void readPublication(TokenReader reader, StatementEffects effects) {
        if (reader.skipTo("TABLE")) {
            reader.take("TABLE");
            do {
                reader.takeRelation().ifPresent(table -> effects.add(Operation.PUBLISHED, table));
                reader.skipToComma();
            } while (reader.takeSymbol(','));
        }
    }
}
