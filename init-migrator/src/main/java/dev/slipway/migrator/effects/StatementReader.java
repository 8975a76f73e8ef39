package dev.slipway.migrator.effects;

import dev.slipway.migrator.sql.CommandOptions;
import dev.slipway.migrator.sql.DoBlock;
import dev.slipway.migrator.sql.QualifiedName;
import dev.slipway.migrator.sql.SqlCommand;
import dev.slipway.migrator.sql.SqlCommand.Reindex;
import dev.slipway.migrator.sql.SqlStatement;
import dev.slipway.migrator.sql.TokenReader;
import java.util.List;
import java.util.Optional;

/**
 * Reads a statement into its effects. A statement that takes no lock above ACCESS SHARE on an existing relation has
 * none.
 */
public final class StatementReader {
    /** How deep statements may be nested; no script written by a person goes deeper. */
    private static final int DEEPEST = 16;

    private final SqlStatement statement;
    private final int depth;
    private final TokenReader reader;
    private final StatementEffects effects;

    private StatementReader(SqlStatement statement, String defaultSchema, int depth) {
        this.statement = statement;
        this.depth = depth;
        this.reader = new TokenReader(statement.text());
        this.effects = new StatementEffects(defaultSchema);
    }

    public static StatementEffects read(SqlStatement statement, String defaultSchema) {
        var one = new StatementReader(statement, defaultSchema, 0);
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
            case "DO" -> block();
            case "CALL", "EXECUTE" -> effects.makeOpaque();
            case "SELECT", "VALUES" -> FunctionCalls.read(new TokenReader(statement.text()), effects);
            case "INSERT", "MERGE" -> insert();
            case "UPDATE", "DELETE" -> writeRows();
            case "WITH" -> with();
            default -> {
                // Reads, grants and settings block no other session.
            }
        }
    }

    private void alter() {
        if (reader.take("FOREIGN", "TABLE") || reader.take("TABLE")) {
            AlterTableReader.read(reader, effects);
        } else if (reader.take("INDEX")) {
            alterIndex();
        } else if (reader.take("SEQUENCE")) {
            alterRelation(Operation.ALTER_SEQUENCE);
        } else if (reader.take("MATERIALIZED", "VIEW") || reader.take("VIEW")) {
            alterRelation(Operation.ALTER_OTHERWISE);
        } else if (reader.take("POLICY")) {
            AttachedObjects.read(reader, Operation.POLICY, effects);
        } else if (reader.take("TRIGGER") || reader.take("RULE")) {
            AttachedObjects.read(reader, Operation.ATTACHED_OBJECT, effects);
        } else if (reader.take("PUBLICATION")) {
            CreateReader.readPublication(reader, effects);
        } else if (reader.take("DOMAIN")) {
            reader.takeQualifiedName().ifPresent(this::alterDomain);
        } else if (reader.atAny("TYPE", "FUNCTION", "PROCEDURE", "ROUTINE", "AGGREGATE")) {
            reader.takeAny();
            reader.takeQualifiedName().ifPresent(this::alterObject);
        } else if (reader.take("SCHEMA")) {
            reader.takeQualifiedName()
                    .filter(schema -> reader.at("RENAME"))
                    .ifPresent(schema -> effects.note(Rule.RENAME_OBJECT, "the schema " + schema, schema));
        }
    }

    private void alterRelation(Operation operation) {
        reader.take("IF", "EXISTS");
        reader.takeRelation().ifPresent(relation -> {
            boolean moves = reader.take("SET", "SCHEMA");
            if (!moves && !reader.take("RENAME")) {
                effects.add(operation, relation);
            } else if (moves || reader.take("TO")) {
                Optional<String> name = reader.takeName();
                effects.add(moves ? Operation.SET_SCHEMA : Operation.RENAME_TABLE, relation);
                effects.renames(
                        relation,
                        moves
                                ? QualifiedName.of(name.orElse(""), relation.name())
                                : new QualifiedName(relation.schema(), name.orElse("")));
            } else {
                reader.take("COLUMN");
                effects.add(Operation.RENAME_COLUMN, relation, reader.takeName());
            }
        });
    }

    /** A new condition is checked in every table that has a column of the domain. */
    private void alterDomain(QualifiedName domain) {
        boolean adds = reader.take("ADD");
        var rest = new TokenReader(statement.text());
        boolean unchecked = rest.skipTo("NOT") && rest.take("NOT") && (rest.at("VALID") || rest.skipTo("VALID"));
        if (adds || reader.at("SET", "NOT", "NULL")) {
            effects.constrainsDomain(domain);
        }
        if ((adds && !unchecked) || reader.at("SET", "NOT", "NULL") || reader.at("VALIDATE", "CONSTRAINT")) {
            effects.add(Operation.DOMAIN_CONSTRAINT, domain);
        } else {
            alterObject(domain);
        }
    }

    private void alterObject(QualifiedName object) {
        if (reader.atSymbol('(')) {
            reader.skip();
        }
        effects.names(object);
        if (reader.at("RENAME", "CONSTRAINT")) {
            return;
        }
        if (reader.at("RENAME") || reader.at("SET", "SCHEMA")) {
            effects.note(Rule.RENAME_OBJECT, object);
            if (reader.take("RENAME", "TO")) {
                reader.takeName().ifPresent(name -> effects.renames(object, new QualifiedName(object.schema(), name)));
            }
        }
    }

    /** Its statements, if its body can be read. */
    private void block() {
        Optional<DoBlock> block = DoBlock.of(statement);
        block.ifPresent(body -> body.statements().forEach(this::include));
        if (block.isEmpty() || !block.get().complete()) {
            effects.makeOpaque();
        }
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
        if (cascade) {
            effects.cascade();
        }
        reader.take("TABLE");
        eachRelation(cascade ? Operation.TRUNCATE_CASCADE : Operation.TRUNCATE);
    }

    private void lock() {
        reader.take("TABLE");
        LockMode mode = lockMode();
        do {
            takeRelation().ifPresent(relation -> effects.addExplicitLock(relation, mode));
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
        takeRelation()
                .ifPresent(table -> effects.add(isForSome() ? Operation.WRITE_ROWS : Operation.WRITE_ALL_ROWS, table));
    }

    /** WHERE, and a condition that names something: {@code WHERE true} does not count. */
    private boolean isForSome() {
        if (!reader.skipTo("WHERE")) {
            return false;
        }
        reader.take("WHERE");
        while (!reader.atEnd() && !reader.at("RETURNING")) {
            boolean constant = reader.atAny("TRUE", "NOT", "AND", "OR", "IS", "NULL", "FALSE", "BETWEEN");
            if (!constant && reader.takeName().isPresent()) {
                return true;
            }
            reader.takeAny();
            if (reader.takeCast()) {
                reader.takeQualifiedName();
            }
        }
        return false;
    }

    /** Reads each part of WITH that writes; a part in parentheses runs in the same way as the main statement. */
    private void with() {
        reader.take("RECURSIVE");
        do {
            reader.takeName();
            reader.takeNameList();
            reader.take("AS");
            reader.take("NOT");
            reader.take("MATERIALIZED");
            reader.takeParenthesised().ifPresent(this::part);
            while (!reader.atEnd()
                    && !reader.atSymbol(',')
                    && !reader.atAny("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES", "TABLE")) {
                // SEARCH and CYCLE.
                reader.skip();
            }
        } while (reader.takeSymbol(','));
        part(reader.rest());
    }

    private void part(String sql) {
        include(new SqlStatement(sql, statement.line(), statement.endLine(), List.of(), Optional.empty()));
    }

    private void include(SqlStatement part) {
        if (depth == DEEPEST) {
            effects.makeOpaque();
            return;
        }
        var inner = new StatementReader(part, effects.defaultSchema(), depth + 1);
        inner.readCommand();
        effects.include(inner.effects);
    }

    private Optional<QualifiedName> takeRelation() {
        boolean only = reader.at("ONLY");
        Optional<QualifiedName> relation = reader.takeRelation();
        if (only) {
            relation.ifPresent(effects::only);
        }
        return relation;
    }

    private void add(Operation operation) {
        takeRelation().ifPresent(relation -> effects.add(operation, relation));
    }

    private void eachRelation(Operation operation) {
        do {
            add(operation);
            reader.takeNameList();
        } while (reader.takeSymbol(','));
    }
}
