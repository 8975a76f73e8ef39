package dev.slipway.migrator.session;

/** SIGTERM arrived, and what was running has ended. */
public final class Terminated extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Everything was rolled back. */
    public Terminated() {
        this("what was running has been rolled back");
    }

    /** @param left what the end left in the database; a clause */
    public Terminated(String left) {
        super("ended by SIGTERM; " + left, null, false, false);
    }
}
