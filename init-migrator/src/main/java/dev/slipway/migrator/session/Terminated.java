package dev.slipway.migrator.session;

/** SIGTERM arrived, and what was running has been rolled back. */
public final class Terminated extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Terminated() {
        super("ended by SIGTERM", null, false, false);
    }
}
