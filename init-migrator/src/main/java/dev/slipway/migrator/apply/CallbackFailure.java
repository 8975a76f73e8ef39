package dev.slipway.migrator.apply;

import org.jspecify.annotations.Nullable;

/** A callback, a file beside the scripts, failed. The cause is the database's error, or whatever else went wrong. */
public final class CallbackFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final int line;
    private final String statement;

    /** @param line from 1 */
    public CallbackFailure(String file, int line, String statement, @Nullable Throwable cause) {
        super(cause);
        this.file = file;
        this.line = line;
        this.statement = statement;
    }

    public String file() {
        return file;
    }

    public int line() {
        return line;
    }

    public String statement() {
        return statement;
    }
}
