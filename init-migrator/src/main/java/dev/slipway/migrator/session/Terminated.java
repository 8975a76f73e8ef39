package dev.slipway.migrator.session;

/** SIGTERM arrived, and the running work has ended. */
public final class Terminated extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Everything was rolled back. */
    public Terminated() {
        this("what was running has been rolled back");
    }

    /** @param left what the interrupted work left in the database; a clause */
    public Terminated(String left) {
        super("ended by SIGTERM; " + left, null, false, false);
    }
}
