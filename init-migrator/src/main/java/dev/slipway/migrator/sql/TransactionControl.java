package dev.slipway.migrator.sql;

import java.util.List;
import java.util.Optional;

/**
 * A statement by which a script controls transactions itself. Savepoints and the commands that end a prepared
 * transaction do not count.
 *
 * @param command its first words in upper case, as in {@code START TRANSACTION}
 */
public record TransactionControl(Kind kind, String command) {
    /** The kind of control. */
    public enum Kind {
        /** Begins an ordinary transaction. */
        BEGIN,
        /** Commits the transaction. */
        COMMIT,
        /** Anything else, such as modes, ROLLBACK, AND CHAIN or PREPARE TRANSACTION. */
        OTHER
    }

    /** The first words of such statements, to rule out most other statements without reading them. */
    private static final List<String> STARTS = List.of("be", "st", "co", "en", "ab", "ro", "pr");

    /** Pure; empty for any other statement. */
    public static Optional<TransactionControl> of(SqlStatement statement) {
        if (STARTS.stream().noneMatch(start -> statement.text().regionMatches(true, 0, start, 0, 2))) {
            return Optional.empty();
        }
        var reader = new TokenReader(statement.text());
        String verb = reader.peekWord();
        return switch (verb) {
            case "BEGIN" -> Optional.of(opening(reader, verb));
            case "START" -> reader.at("START", "TRANSACTION") ? Optional.of(opening(reader, verb)) : Optional.empty();
            case "COMMIT" -> reader.at(verb, "PREPARED") ? Optional.empty() : Optional.of(closing(reader, verb));
            case "END" -> Optional.of(closing(reader, verb));
            case "ABORT" -> Optional.of(new TransactionControl(Kind.OTHER, verb));
            case "ROLLBACK" -> rollback(reader);
            case "PREPARE" ->
                reader.at(verb, "TRANSACTION")
                        ? Optional.of(new TransactionControl(Kind.OTHER, "PREPARE TRANSACTION"))
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static TransactionControl opening(TokenReader reader, String verb) {
        reader.take(verb);
        boolean named = reader.take("TRANSACTION") || reader.take("WORK");
        String command = verb.equals("START") && named ? "START TRANSACTION" : verb;
        return reader.atEnd()
                ? new TransactionControl(Kind.BEGIN, command)
                : new TransactionControl(Kind.OTHER, command + " with a mode");
    }

    private static TransactionControl closing(TokenReader reader, String verb) {
        takeNoise(reader, verb);
        reader.take("AND", "NO", "CHAIN");
        return reader.atEnd()
                ? new TransactionControl(Kind.COMMIT, verb)
                : new TransactionControl(Kind.OTHER, reader.at("AND", "CHAIN") ? verb + " AND CHAIN" : verb);
    }

    private static Optional<TransactionControl> rollback(TokenReader reader) {
        if (reader.at("ROLLBACK", "PREPARED")) {
            return Optional.empty();
        }
        takeNoise(reader, "ROLLBACK");
        return reader.at("TO") ? Optional.empty() : Optional.of(new TransactionControl(Kind.OTHER, "ROLLBACK"));
    }

    private static void takeNoise(TokenReader reader, String verb) {
        reader.take(verb);
        if (!reader.take("TRANSACTION")) {
            reader.take("WORK");
        }
    }
}
