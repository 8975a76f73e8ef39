package dev.slipway.migrator.effects;

import dev.slipway.migrator.sql.TokenReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Names a statement by its keywords: its literals stay out of every report, because one of them may be a password. */
public final class CommandLabel {
    private static final Set<String> OBJECT_WORDS = Set.of(
            "OR",
            "REPLACE",
            "UNIQUE",
            "INDEX",
            "CONCURRENTLY",
            "TABLE",
            "VIEW",
            "MATERIALIZED",
            "SEQUENCE",
            "SCHEMA",
            "TYPE",
            "DOMAIN",
            "FUNCTION",
            "PROCEDURE",
            "TRIGGER",
            "RULE",
            "POLICY",
            "EXTENSION",
            "ROLE",
            "USER",
            "DATABASE",
            "STATISTICS",
            "PUBLICATION",
            "SUBSCRIPTION",
            "AGGREGATE",
            "OPERATOR",
            "CAST",
            "COLLATION",
            "TEMP",
            "TEMPORARY",
            "UNLOGGED",
            "FOREIGN",
            "SERVER",
            "INTO",
            "FROM",
            "ON",
            "COLUMN",
            "CONSTRAINT",
            "FULL",
            "ALL",
            "SYSTEM",
            "TABLESPACE",
            "EVENT",
            "DEFAULT",
            "PRIVILEGES",
            "TRANSACTION",
            "PREPARED",
            "RECURSIVE");
    private static final int MOST_WORDS = 5;

    private CommandLabel() {}

    public static String of(String text) {
        var reader = new TokenReader(text);
        List<String> words = new ArrayList<>(List.of(reader.peekWord()));
        reader.takeAny();
        boolean comments = words.contains("COMMENT");
        while (words.size() < MOST_WORDS
                && OBJECT_WORDS.contains(reader.peekWord())
                && (comments || !reader.at("ON"))) {
            words.add(reader.peekWord());
            reader.takeAny();
        }
        return String.join(" ", words);
    }
}
