package dev.slipway.migrator.sql;

import dev.slipway.migrator.sql.SqlSyntaxException.Problem;
import dev.slipway.migrator.sql.Token.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One pass over one script. Used once; not thread-safe. */
final class StatementSplitter {
    private final String text;
    private final LineIndex lines;
    private final SqlLexer lexer;
    private final List<StatementDraft> drafts = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private final List<Token> comments = new ArrayList<>();
    private StatementDraft draft;

    StatementSplitter(String withMark) {
        text = withMark.startsWith("\uFEFF") ? withMark.substring(1) : withMark;
        lines = new LineIndex(text);
        lexer = new SqlLexer(text);
        draft = new StatementDraft(text);
    }

    List<SqlStatement> split() {
        Token token = lexer.next();
        while (token.kind() != Kind.END) {
            accept(token);
            token = lexer.next();
        }
        finish();
        if (!problems.isEmpty()) {
            problems.sort(Comparator.comparingInt(Problem::line));
            throw new SqlSyntaxException(problems);
        }
        return drafts.stream().map(this::statement).toList();
    }

    private void accept(Token token) {
        switch (token.kind()) {
            case COMMENT -> comment(token);
            case META_COMMAND -> problem(token.start(), metaCommand(token));
            case UNTERMINATED -> problem(token.start(), unterminated(token));
            case NUL -> nul(token);
            default -> {
                if (draft.endsWith(token)) {
                    semicolon(token);
                } else {
                    draft.add(token);
                }
            }
        }
    }

    /** After {@link #split}: each comment, as written in the script, with its offset. */
    <T> List<T> comments(CommentReader<T> reader) {
        return comments.stream()
                .flatMap(each ->
                        reader
                                .read(text.substring(each.start(), each.end()), each.start(), line(each.start()))
                                .stream())
                .toList();
    }

    interface CommentReader<T> {
        Optional<T> read(String comment, int offset, int line);
    }

    /** Whether there are only blanks before it in its line. */
    boolean beginsLine(int offset) {
        int before = offset - 1;
        while (before >= 0 && !SqlLexer.isNewLine(text.charAt(before))) {
            if (!SqlLexer.isSpace(text.charAt(before))) {
                return false;
            }
            before--;
        }
        return true;
    }

    /** After {@link #split}: whether a statement reaches into this part of the script. */
    boolean hasStatementIn(int start, int end) {
        return drafts.stream().anyMatch(each -> each.start() < end && each.end() > start);
    }

    private void comment(Token token) {
        comments.add(token);
        boolean trailing = draft.isEmpty()
                && !drafts.isEmpty()
                && line(token.start()) == line(drafts.get(drafts.size() - 1).closedAt());
        StatementDraft owner = trailing ? drafts.get(drafts.size() - 1) : draft;
        owner.comments().add(text.substring(token.start(), token.end()));
    }

    private void semicolon(Token token) {
        draft.close(token.start());
        StatementDraft closed = draft;
        finish();
        if (!closed.isEmpty() && CommandParser.readsStandardInput(closed.text())) {
            closed.copyData(readCopyData(token));
        }
    }

    /** Comments without a statement after them stay behind. */
    private void finish() {
        draft.firstUnclosed()
                .ifPresent(unclosed -> problem(
                        unclosed.start(),
                        "'" + text.substring(unclosed.start(), unclosed.end()) + "' is never closed; expected '"
                                + draft.expectedClosing() + "'"));
        if (!draft.isEmpty()) {
            drafts.add(draft);
            draft = new StatementDraft(text);
        }
    }

    private String readCopyData(Token semicolon) {
        int start = afterLine(semicolon.end());
        String rest = text.substring(semicolon.end(), start).strip();
        if (!rest.isEmpty() && !rest.startsWith("--")) {
            problem(
                    semicolon.end(),
                    "nothing may follow 'COPY … FROM stdin;' on its line; the data starts on the next");
        }
        for (int lineStart = start; lineStart < text.length(); ) {
            int next = afterLine(lineStart);
            if (isEndOfData(lineStart, next)) {
                lexer.moveTo(next);
                return text.substring(start, lineStart);
            }
            lineStart = next;
        }
        lexer.moveTo(text.length());
        problem(semicolon.start(), "the data of COPY … FROM stdin is never closed; expected a line with only \\.");
        return "";
    }

    private boolean isEndOfData(int start, int next) {
        return text.startsWith("\\.", start) && text.substring(start + 2, next).isBlank();
    }

    private int afterLine(int from) {
        int end = from;
        while (end < text.length() && !SqlLexer.isNewLine(text.charAt(end))) {
            end++;
        }
        return Math.min(text.length(), text.startsWith("\r\n", end) ? end + 2 : end + 1);
    }

    private String metaCommand(Token token) {
        String command = text.substring(token.start(), token.end()).split("[\\s;]", 2)[0];
        String wayOut = switch (command.toLowerCase(Locale.ROOT)) {
            case "\\i", "\\ir", "\\include", "\\include_relative" -> "put that SQL into the script itself";
            case "\\copy" -> "write COPY … FROM stdin with the data inline";
            case "\\c", "\\connect" -> "a script runs in one database";
            case "\\." -> "there is no COPY … FROM stdin that it could close";
            case "\\restrict", "\\unrestrict" -> "pg_dump writes it for psql only: remove the line";
            default -> "expected plain SQL";
        };
        return "psql's command " + command + " is not supported; " + wayOut;
    }

    private String unterminated(Token token) {
        String rest = text.substring(token.start(), Math.min(token.end(), token.start() + 2));
        if (rest.equals("/*")) {
            return "the comment that starts here is never closed; expected */ (comments nest)";
        }
        if (rest.startsWith("$")) {
            int end = text.indexOf('$', token.start() + 1) + 1;
            String tag = text.substring(token.start(), end);
            return "the dollar-quoted text that starts here is never closed; expected " + tag;
        }
        boolean name = text.startsWith("\"", token.start()) || text.startsWith("&\"", token.start() + 1);
        return name
                ? "the quoted name that starts here is never closed; expected \""
                : "the text that starts here is never closed; expected '";
    }

    /** Reports only the first one, because a file in UTF-16 is full of them. */
    private void nul(Token token) {
        problem(token.start(), "found a NUL character, which no SQL can hold; is the file in UTF-16 instead of UTF-8?");
        lexer.moveTo(text.length());
    }

    private SqlStatement statement(StatementDraft from) {
        return new SqlStatement(
                from.text(),
                line(from.start()),
                line(from.end() - 1),
                from.comments(),
                Optional.ofNullable(from.copyData()));
    }

    private void problem(int offset, String message) {
        problems.add(new Problem(line(offset), message));
    }

    private int line(int offset) {
        return lines.lineOf(offset);
    }
}
