package dev.slipway.migrator.sql;

import java.util.List;
import java.util.Optional;

/**
 * One statement of a script.
 *
 * @param text from its first token to its last, as written, without the semicolon
 * @param line the line of its first token, from 1
 * @param endLine the line of its last token
 * @param comments the comments that belong to it, with their marks: those above it, inside it, and after its semicolon on
 *     the same line
 * @param copyData the lines that follow a {@code COPY … FROM stdin}, without the closing {@code \.}; empty for every other
 *     statement
 */
public record SqlStatement(String text, int line, int endLine, List<String> comments, Optional<String> copyData) {
    public SqlStatement {
        comments = List.copyOf(comments);
    }

    /** What the statement does, as far as a later check needs it. */
    public SqlCommand command() {
        return CommandParser.parse(text);
    }

    /** Its tokens with one blank between them: the same for statements that differ in blanks and comments only. */
    public String tokens() {
        var reader = new TokenReader(text);
        var tokens = new StringBuilder(text.length());
        for (Optional<String> token = reader.takeAny(); token.isPresent(); token = reader.takeAny()) {
            tokens.append(tokens.isEmpty() ? "" : " ").append(token.get());
        }
        return tokens.toString();
    }

    /**
     * The line of the script for the position in an error of PostgreSQL.
     *
     * @param position in characters of {@link #text}, from 1; a position outside of the text means the first line
     */
    public int lineOfPosition(int position) {
        if (position < 1 || position > text.codePointCount(0, text.length())) {
            return line;
        }
        return line + new LineIndex(text).lineOf(text.offsetByCodePoints(0, position - 1)) - 1;
    }
}
