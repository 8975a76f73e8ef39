package dev.slipway.migrator.sql;

import dev.slipway.migrator.sql.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The statement that is being read; decides which semicolon ends it. Not thread-safe. */
final class StatementDraft {
    /** CREATE OR REPLACE FUNCTION: a routine can be recognised within this many words. */
    private static final int OPENING_WORDS = 4;

    private final String script;
    private final List<String> comments = new ArrayList<>();
    private final List<String> opening = new ArrayList<>();
    /** Parentheses, BEGIN ATOMIC and CASE that are open. */
    private final Deque<Token> open = new ArrayDeque<>();

    private @Nullable Token last;
    private int start = -1;
    private int closedAt;
    private @Nullable String copyData;

    StatementDraft(String script) {
        this.script = script;
    }

    /** True for a semicolon outside of parentheses (rules hold several statements) and of a BEGIN ATOMIC body. */
    boolean endsWith(Token token) {
        return isSymbol(token, ';') && open.isEmpty();
    }

    void add(Token token) {
        if (start < 0) {
            start = token.start();
        }
        if (opening.size() < OPENING_WORDS) {
            opening.add(text(token));
        }
        track(token);
        last = token;
    }

    private void track(Token token) {
        if (isSymbol(token, '(')) {
            open.push(token);
        } else if (isSymbol(token, ')')) {
            if (isSymbol(open.peek(), '(')) {
                open.pop();
            }
        } else if (token.kind() == Kind.WORD && createsRoutine() && !isLabel()) {
            trackBody(token);
        }
    }

    private void trackBody(Token token) {
        boolean inBody = !open.isEmpty() && !isSymbol(open.peek(), '(');
        if (open.isEmpty() && isWord(token, "ATOMIC") && isWord(last, "BEGIN")) {
            open.push(token);
        } else if (inBody && isWord(token, "CASE")) {
            open.push(token);
        } else if (inBody && isWord(token, "END")) {
            open.pop();
        }
    }

    /** After AS or a dot, every keyword is a name. */
    private boolean isLabel() {
        return isWord(last, "AS") || isSymbol(last, '.');
    }

    private boolean createsRoutine() {
        if (opening.size() < OPENING_WORDS || !opening.get(0).equalsIgnoreCase("CREATE")) {
            return false;
        }
        boolean replaces = opening.get(1).equalsIgnoreCase("OR");
        String what = opening.get(replaces ? 3 : 1);
        return what.equalsIgnoreCase("FUNCTION") || what.equalsIgnoreCase("PROCEDURE");
    }

    void close(int offset) {
        closedAt = offset;
    }

    boolean isEmpty() {
        return last == null;
    }

    Optional<Token> firstUnclosed() {
        return Optional.ofNullable(open.peekLast());
    }

    String expectedClosing() {
        return isSymbol(open.peekLast(), '(') ? ")" : "END";
    }

    String text() {
        return script.substring(start, end());
    }

    List<String> comments() {
        return comments;
    }

    int start() {
        return start;
    }

    int end() {
        return last == null ? start : last.end();
    }

    int closedAt() {
        return closedAt;
    }

    @Nullable
    String copyData() {
        return copyData;
    }

    void copyData(String data) {
        copyData = data;
    }

    private boolean isSymbol(@Nullable Token token, char symbol) {
        return token != null && token.kind() == Kind.SYMBOL && script.charAt(token.start()) == symbol;
    }

    private boolean isWord(@Nullable Token token, String word) {
        return token != null
                && token.kind() == Kind.WORD
                && token.end() - token.start() == word.length()
                && script.regionMatches(true, token.start(), word, 0, word.length());
    }

    private String text(Token token) {
        return script.substring(token.start(), token.end());
    }
}
