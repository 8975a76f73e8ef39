package dev.slipway.migrator.plan;

import dev.slipway.migrator.sql.CommandOptions;
import dev.slipway.migrator.sql.QualifiedName;
import dev.slipway.migrator.sql.SqlCommand;
import dev.slipway.migrator.sql.SqlCommand.Reindex;
import dev.slipway.migrator.sql.SqlStatement;
import dev.slipway.migrator.sql.TokenReader;
import java.util.List;

/** Reads a statement into its effects. What takes no lock above ACCESS SHARE on an existing relation has none. */
final class StatementReader {
    private final SqlStatement statement;
    private final TokenReader reader;
    private final StatementEffects effects;

    private StatementReader(SqlStatement statement, String defaultSchema) {
        this.statement = statement;
        this.reader = new TokenReader(statement.text());
        this.effects = new StatementEffects(defaultSchema);
    }

    static StatementEffects read(SqlStatement statement, String defaultSchema) {
        var one = new StatementReader(statement, defaultSchema);
        one.readCommand();
        return one.effects;
    }

    private void readCommand() {
        String verb = reader.peekWord();
        reader.takeAny();
        switch (verb) {
            case "CREATE" -> CreateReader.read(reader, effects, statement);
            case "ALTER" -> alter();
            case "DROP" -> DropReader.read(reader, effects, statement.command());
            case "REINDEX" -> reindex(statement.command());
            case "TRUNCATE" -> truncate();
            case "LOCK" -> lock();
            case "VACUUM" -> vacuum();
            case "CLUSTER" -> cluster();
            case "ANALYZE", "ANALYSE" -> analyze();
            case "REFRESH" -> refresh();
            case "COMMENT" -> comment();
            case "COPY" -> copy();
            case "DO", "CALL", "EXECUTE" -> effects.makeOpaque();
            case "INSERT", "MERGE" -> insert();
            case "UPDATE", "DELETE" -> writeRows();
            case "WITH" -> with();
            default -> {
                // Reads, grants, settings: nothing that could stand in anybody's way.
            }
        }
    }

    private void alter() {
        if (reader.take("FOREIGN", "TABLE") || reader.take("TABLE")) {
            AlterTableReader.read(reader, effects);
        } else if (reader.take("INDEX")) {
            alterIndex();
        } else if (reader.take("SEQUENCE")) {
            boolean renames = new TokenReader(statement.text()).skipTo("RENAME");
            alterRelation(renames ? Operation.ALTER_OTHERWISE : Operation.ALTER_SEQUENCE);
        } else if (reader.take("MATERIALIZED", "VIEW") || reader.take("VIEW")) {
            alterRelation(Operation.ALTER_OTHERWISE);
        } else if (reader.take("POLICY") || reader.take("TRIGGER") || reader.take("RULE")) {
            AttachedObjects.read(reader, Operation.ATTACHED_OBJECT, effects);
        } else if (reader.take("PUBLICATION")) {
            CreateReader.readPublication(reader, effects);
        }
    }

    private void alterRelation(Operation operation) {
        reader.take("IF", "EXISTS");
        add(operation);
    }

    private void alterIndex() {
        reader.take("IF", "EXISTS");
        reader.takeQualifiedName().ifPresent(index -> {
            if (reader.take("SET", "TABLESPACE")) {
                effects.add(Operation.SET_TABLESPACE, index);
            } else {
                effects.add(Operation.RENAME_INDEX, index);
            }
        });
    }

    private void reindex(SqlCommand command) {
        if (command instanceof Reindex reindex) {
            reindex.name().ifPresent(name -> reindex(reindex, name));
        }
    }

    private void reindex(Reindex reindex, QualifiedName name) {
        if (reindex.target() == Reindex.Target.TABLE) {
            effects.add(reindex.concurrently() ? Operation.REINDEX_CONCURRENTLY : Operation.REINDEX_TABLE, name);
        } else if (reindex.target() == Reindex.Target.INDEX) {
            effects.add(reindex.concurrently() ? Operation.REINDEX_CONCURRENTLY : Operation.REINDEX_INDEX, name);
        } else {
            effects.makeOpaque();
        }
    }

    private void truncate() {
        boolean cascade = new TokenReader(statement.text()).skipTo("CASCADE");
        reader.take("TABLE");
        eachRelation(cascade ? Operation.TRUNCATE_CASCADE : Operation.TRUNCATE);
    }

    private void lock() {
        reader.take("TABLE");
        LockMode mode = lockMode();
        do {
            reader.takeRelation().ifPresent(relation -> effects.addExplicitLock(relation, mode));
        } while (reader.takeSymbol(','));
    }

    private LockMode lockMode() {
        var ahead = new TokenReader(statement.text());
        if (ahead.skipTo("IN") && ahead.take("IN")) {
            for (LockMode mode : LockMode.values()) {
                String[] words = (mode.name() + "_MODE").split("_", -1);
                if (ahead.at(words)) {
                    return mode;
                }
            }
        }
        return LockMode.ACCESS_EXCLUSIVE;
    }

    private void vacuum() {
        boolean byOption = CommandOptions.take(reader).isOn("FULL");
        boolean full = reader.take("FULL") || byOption;
        while (reader.take("FREEZE") || reader.take("VERBOSE") || reader.take("ANALYZE")) {
            // The old way to write options.
        }
        eachRelation(full ? Operation.VACUUM_FULL : Operation.VACUUM);
    }

    private void analyze() {
        CommandOptions.take(reader);
        reader.take("VERBOSE");
        eachRelation(Operation.ANALYZE);
    }

    private void cluster() {
        CommandOptions.take(reader);
        reader.take("VERBOSE");
        reader.takeQualifiedName().ifPresent(first -> {
            QualifiedName table = reader.take("ON") ? reader.takeQualifiedName().orElse(first) : first;
            effects.add(Operation.CLUSTER, table);
        });
    }

    private void refresh() {
        if (reader.take("MATERIALIZED", "VIEW")) {
            add(reader.take("CONCURRENTLY") ? Operation.REFRESH_CONCURRENTLY : Operation.REFRESH);
        }
    }

    private void comment() {
        reader.take("ON");
        if (reader.take("COLUMN")) {
            List<String> parts = reader.takeDottedName();
            QualifiedName.ofParts(parts.subList(0, Math.max(0, parts.size() - 1)))
                    .ifPresent(table -> effects.add(Operation.STATISTICS_OR_COMMENT, table));
        } else if (reader.take("MATERIALIZED", "VIEW")
                || reader.take("FOREIGN", "TABLE")
                || reader.take("TABLE")
                || reader.take("VIEW")
                || reader.take("INDEX")
                || reader.take("SEQUENCE")) {
            add(Operation.STATISTICS_OR_COMMENT);
        }
    }

    private void copy() {
        reader.takeQualifiedName().ifPresent(table -> {
            if (reader.skipTo("FROM", "TO") && reader.at("FROM")) {
                effects.add(Operation.WRITE_ROWS, table);
            }
        });
    }

    private void insert() {
        reader.take("INTO");
        reader.takeRelation().ifPresent(table -> effects.add(Operation.WRITE_ROWS, table));
    }

    private void writeRows() {
        reader.take("FROM");
        reader.takeRelation()
                .ifPresent(table ->
                        effects.add(reader.skipTo("WHERE") ? Operation.WRITE_ROWS : Operation.WRITE_ALL_ROWS, table));
    }

    private void with() {
        if (reader.skipTo("INSERT", "UPDATE", "DELETE", "MERGE")) {
            boolean some = reader.atAny("INSERT", "MERGE");
            reader.takeAny();
            if (some) {
                insert();
            } else {
                writeRows();
            }
        }
    }

    private void add(Operation operation) {
        reader.takeRelation().ifPresent(relation -> effects.add(operation, relation));
    }

    private void eachRelation(Operation operation) {
        do {
            add(operation);
            reader.takeNameList();
        } while (reader.takeSymbol(','));
    }
}
