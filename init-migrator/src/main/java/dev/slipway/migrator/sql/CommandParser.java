package dev.slipway.migrator.sql;

import dev.slipway.migrator.sql.SqlCommand.CreateIndex;
import dev.slipway.migrator.sql.SqlCommand.DetachPartition;
import dev.slipway.migrator.sql.SqlCommand.DropIndex;
import dev.slipway.migrator.sql.SqlCommand.Other;
import dev.slipway.migrator.sql.SqlCommand.Reindex;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads as much of a statement as {@link SqlCommand} holds. A statement that it does not know or cannot read is
 * {@link Other}.
 */
final class CommandParser {
    private CommandParser() {}

    static SqlCommand parse(String statement) {
        var reader = new TokenReader(statement);
        Optional<? extends SqlCommand> command = switch (reader.peekWord()) {
            case "CREATE" -> createIndex(reader);
            case "DROP" -> dropIndex(reader);
            case "REINDEX" -> reindex(reader);
            case "ALTER" -> detachPartition(reader);
            default -> Optional.empty();
        };
        return command.isPresent() ? command.get() : new Other();
    }

    /** True for a COPY whose data follows the statement. STDIN and STDOUT are one word to PostgreSQL's grammar. */
    static boolean readsStandardInput(String statement) {
        var reader = new TokenReader(statement);
        return reader.take("COPY")
                && reader.skipTo("FROM", "TO")
                && reader.take("FROM")
                && reader.atAny("STDIN", "STDOUT");
    }

    private static Optional<CreateIndex> createIndex(TokenReader reader) {
        reader.take("CREATE");
        boolean unique = reader.take("UNIQUE");
        if (!reader.take("INDEX")) {
            return Optional.empty();
        }
        boolean concurrently = reader.take("CONCURRENTLY");
        boolean ifNotExists = reader.take("IF", "NOT", "EXISTS");
        Optional<String> name = reader.at("ON") ? Optional.empty() : reader.takeName();
        reader.take("ON");
        return reader.takeRelation().map(table -> new CreateIndex(unique, concurrently, ifNotExists, name, table));
    }

    private static Optional<DropIndex> dropIndex(TokenReader reader) {
        if (!reader.take("DROP", "INDEX")) {
            return Optional.empty();
        }
        boolean concurrently = reader.take("CONCURRENTLY");
        boolean ifExists = reader.take("IF", "EXISTS");
        List<QualifiedName> indexes = new ArrayList<>();
        do {
            reader.takeQualifiedName().ifPresent(indexes::add);
        } while (reader.takeSymbol(','));
        return Optional.of(new DropIndex(concurrently, ifExists, List.copyOf(indexes)));
    }

    private static Optional<Reindex> reindex(TokenReader reader) {
        reader.take("REINDEX");
        boolean byOption = CommandOptions.take(reader).isOn("CONCURRENTLY");
        for (Reindex.Target target : Reindex.Target.values()) {
            if (reader.take(target.name())) {
                boolean concurrently = reader.take("CONCURRENTLY") || byOption;
                return Optional.of(new Reindex(target, concurrently, reader.takeQualifiedName()));
            }
        }
        return Optional.empty();
    }

    private static Optional<DetachPartition> detachPartition(TokenReader reader) {
        if (!reader.take("ALTER", "TABLE")) {
            return Optional.empty();
        }
        reader.take("IF", "EXISTS");
        Optional<QualifiedName> table = reader.takeRelation();
        if (!reader.take("DETACH", "PARTITION")) {
            return Optional.empty();
        }
        Optional<QualifiedName> partition = reader.takeQualifiedName();
        boolean concurrently = reader.take("CONCURRENTLY");
        boolean finalizes = reader.take("FINALIZE");
        return table.flatMap(
                parent -> partition.map(part -> new DetachPartition(parent, part, concurrently, finalizes)));
    }
}
