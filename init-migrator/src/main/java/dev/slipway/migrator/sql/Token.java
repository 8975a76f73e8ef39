package dev.slipway.migrator.sql;

/** One lexical element of a script: {@code start} inclusive, {@code end} exclusive, as offsets into the text. */
record Token(Kind kind, int start, int end) {
    enum Kind {
        /** An unquoted name or keyword. */
        WORD,
        /** {@code "Name"} or {@code U&"Name"}. */
        QUOTED_NAME,
        /** Any literal in quotes or dollar quotes. */
        STRING,
        NUMBER,
        /** {@code $1}. */
        PARAMETER,
        /** One character of an operator, or of the punctuation. */
        SYMBOL,
        COMMENT,
        /** A backslash outside of every quote, up to the end of the line: psql's own language. */
        META_COMMAND,
        /** A NUL, which PostgreSQL cannot hold in a text. */
        NUL,
        /** A quote or a comment that the text ends in. */
        UNTERMINATED,
        END
    }
}
