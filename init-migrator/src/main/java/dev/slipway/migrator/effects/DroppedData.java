package dev.slipway.migrator.effects;

import dev.slipway.migrator.sql.QualifiedName;
import dev.slipway.migrator.sql.SqlScript;
import dev.slipway.migrator.sql.SqlStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Data that a statement deletes, as far as its text shows.
 *
 * @param line of the statement in its script
 * @param relation the table; for {@link Kind#SCHEMA} its name is that of the schema
 * @param column of {@link Kind#COLUMN}
 */
public record DroppedData(Kind kind, int line, QualifiedName relation, Optional<String> column) {
    /** What is deleted. */
    public enum Kind {
        TABLE,
        COLUMN,
        SCHEMA,
        /** TRUNCATE. */
        ALL_ROWS,
        /** DELETE, UPDATE or a changed type: only running it shows which rows it changes, and how. */
        SOME_ROWS,
        /** It calls code that is not in the script. */
        UNKNOWN
    }

    /** @param defaultSchema where names without a schema are looked up */
    public static List<DroppedData> of(SqlScript script, String defaultSchema) {
        var all = new ArrayList<DroppedData>();
        for (SqlStatement statement : script.statements()) {
            StatementEffects effects = StatementReader.read(statement, defaultSchema);
            effects.effects().forEach(effect -> of(effect, statement).ifPresent(all::add));
            effects.droppedSchemas().forEach(schema -> all.add(of(Kind.SCHEMA, statement, QualifiedName.of(schema))));
            if (effects.isOpaque()) {
                all.add(of(Kind.UNKNOWN, statement, QualifiedName.of(CommandLabel.of(statement.text()))));
            }
        }
        return List.copyOf(all);
    }

    private static Optional<DroppedData> of(Effect effect, SqlStatement statement) {
        return switch (effect.operation()) {
            case DROP_TABLE -> Optional.of(of(Kind.TABLE, statement, effect.relation()));
            case DROP_COLUMN ->
                Optional.of(new DroppedData(Kind.COLUMN, statement.line(), effect.relation(), effect.part()));
            case TRUNCATE, TRUNCATE_CASCADE -> Optional.of(of(Kind.ALL_ROWS, statement, effect.relation()));
            case WRITE_ROWS, WRITE_ALL_ROWS ->
                isInsert(statement) ? Optional.empty() : Optional.of(of(Kind.SOME_ROWS, statement, effect.relation()));
            case ALTER_COLUMN_TYPE -> Optional.of(of(Kind.SOME_ROWS, statement, effect.relation()));
            default -> Optional.empty();
        };
    }

    private static boolean isInsert(SqlStatement statement) {
        return CommandLabel.of(statement.text()).startsWith("INSERT");
    }

    private static DroppedData of(Kind kind, SqlStatement statement, QualifiedName relation) {
        return new DroppedData(kind, statement.line(), relation, Optional.empty());
    }
}
