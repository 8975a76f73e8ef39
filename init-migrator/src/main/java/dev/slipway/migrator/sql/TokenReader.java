package dev.slipway.migrator.sql;

import dev.slipway.migrator.sql.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Walks over one statement, without its comments, and takes what it expects. It reads no further than necessary, so
 * looking at the first words of a long statement is cheap. Not thread-safe.
 */
public final class TokenReader {
    private final String text;
    private final SqlLexer lexer;
    private final List<Token> tokens = new ArrayList<>();
    private int next;

    public TokenReader(String text) {
        this.text = text;
        this.lexer = new SqlLexer(text);
    }

    /** For {@link #reset}, to look at a few tokens and go back. */
    public int mark() {
        return next;
    }

    public void reset(int mark) {
        next = mark;
    }

    public boolean atEnd() {
        return token(0).kind() == Kind.END;
    }

    /** True if these keywords come next, in this order; nothing is taken. */
    public boolean at(String... words) {
        for (int index = 0; index < words.length; index++) {
            if (!isWord(token(index), words[index])) {
                return false;
            }
        }
        return true;
    }

    /** True if one of these keywords comes next; nothing is taken. */
    public boolean atAny(String... words) {
        for (String word : words) {
            if (at(word)) {
                return true;
            }
        }
        return false;
    }

    public boolean atSymbol(char symbol) {
        return isSymbol(token(0), symbol);
    }

    /** Takes these keywords if all of them come next, in this order; otherwise takes nothing. */
    public boolean take(String... words) {
        boolean here = at(words);
        next += here ? words.length : 0;
        return here;
    }

    public boolean takeSymbol(char symbol) {
        boolean here = atSymbol(symbol);
        next += here ? 1 : 0;
        return here;
    }

    /** Takes {@code ::}. */
    public boolean takeCast() {
        boolean here = atSymbol(':') && isSymbol(token(1), ':');
        next += here ? 2 : 0;
        return here;
    }

    /** The next identifier, as the catalog holds it; empty, and nothing taken, if something else comes next. */
    public Optional<String> takeName() {
        Token token = token(0);
        if (token.kind() == Kind.WORD) {
            next++;
            return Optional.of(Identifier.folded(written(token)));
        }
        if (token.kind() == Kind.QUOTED_NAME) {
            next++;
            return Optional.of(Identifier.unquoted(written(token)));
        }
        return Optional.empty();
    }

    /** The names in {@code (a, b)}; empty, and nothing taken, if no parenthesis comes next. */
    public List<String> takeNameList() {
        List<String> names = new ArrayList<>();
        if (takeSymbol('(')) {
            do {
                takeName().ifPresent(names::add);
                while (!atEnd() && !atSymbol(',') && !atSymbol(')')) {
                    skip();
                }
            } while (takeSymbol(','));
            takeSymbol(')');
        }
        return List.copyOf(names);
    }

    /** The parts of {@code a.b.c}; empty, and nothing taken, if no name comes next. */
    public List<String> takeDottedName() {
        List<String> parts = new ArrayList<>();
        do {
            takeName().ifPresent(parts::add);
        } while (!parts.isEmpty() && takeSymbol('.'));
        return List.copyOf(parts);
    }

    /** The next relation name; of {@code database.schema.name} the last two parts. */
    public Optional<QualifiedName> takeQualifiedName() {
        return QualifiedName.ofParts(takeDottedName());
    }

    /** A relation as ALTER TABLE and CREATE INDEX name it: {@code [ONLY] name [*]} or {@code ONLY (name)}. */
    public Optional<QualifiedName> takeRelation() {
        boolean parenthesised = take("ONLY") && takeSymbol('(');
        Optional<QualifiedName> relation = takeQualifiedName();
        takeSymbol(parenthesised ? ')' : '*');
        return relation;
    }

    /** The next token as written; empty, and nothing taken, at the end. */
    public Optional<String> takeAny() {
        if (atEnd()) {
            return Optional.empty();
        }
        String written = written(token(0));
        next++;
        return Optional.of(written);
    }

    /**
     * Takes a string, a number, TRUE, FALSE or NULL, with a cast behind it; takes nothing if something else comes next.
     */
    public boolean takeLiteral() {
        Kind kind = token(0).kind();
        boolean literal = kind == Kind.STRING || kind == Kind.NUMBER || atAny("TRUE", "FALSE", "NULL");
        next += literal ? 1 : 0;
        if (literal && takeCast()) {
            takeQualifiedName();
        }
        return literal;
    }

    /** Takes one token, or everything from an opening parenthesis or bracket to the one that closes it. */
    public void skip() {
        int depth = 0;
        do {
            depth += atSymbol('(') || atSymbol('[') ? 1 : 0;
            depth -= atSymbol(')') || atSymbol(']') ? 1 : 0;
            next++;
        } while (depth > 0 && !atEnd());
    }

    /**
     * The text between an opening parenthesis and the one that closes it; empty, and nothing taken, if none comes next.
     */
    public Optional<String> takeParenthesised() {
        if (!atSymbol('(')) {
            return Optional.empty();
        }
        int start = token(0).end();
        skip();
        return Optional.of(
                text.substring(start, Math.max(start, tokens.get(next - 1).start())));
    }

    /** The rest of the text that was not taken. */
    public String rest() {
        return text.substring(token(0).start());
    }

    /** Skips to the next comma outside of parentheses, or to the end. */
    public void skipToComma() {
        while (!atEnd() && !atSymbol(',')) {
            skip();
        }
    }

    /** Skips until one of these keywords comes next, outside of parentheses; false if none does. */
    public boolean skipTo(String... words) {
        while (!atEnd()) {
            if (atAny(words)) {
                return true;
            }
            skip();
        }
        return false;
    }

    /** The next keyword or name in upper case, without taking it; an empty text if it is neither. */
    public String peekWord() {
        Token token = token(0);
        return token.kind() == Kind.WORD ? written(token).toUpperCase(Locale.ROOT) : "";
    }

    private Token token(int ahead) {
        while (tokens.size() <= next + ahead) {
            Token token = lexer.next();
            if (token.kind() != Kind.COMMENT) {
                tokens.add(token);
            }
        }
        return tokens.get(next + ahead);
    }

    private boolean isWord(Token token, String word) {
        return token.kind() == Kind.WORD
                && token.end() - token.start() == word.length()
                && text.regionMatches(true, token.start(), word, 0, word.length());
    }

    private boolean isSymbol(Token token, char symbol) {
        return token.kind() == Kind.SYMBOL && text.charAt(token.start()) == symbol;
    }

    private String written(Token token) {
        return text.substring(token.start(), token.end());
    }
}
