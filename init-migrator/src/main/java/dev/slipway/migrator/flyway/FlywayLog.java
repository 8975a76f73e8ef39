package dev.slipway.migrator.flyway;

import dev.slipway.migrator.report.EventLog;
import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogCreator;
import org.flywaydb.core.api.logging.LogFactory;

/**
 * Passes on Flyway's warnings. Its information lines are dropped, because this program logs the same in its own words,
 * and its errors arrive as exceptions. Flyway has one log for the whole JVM, but each run has its own, so the log is
 * bound to the run's thread, on which Flyway works.
 */
final class FlywayLog implements Log, LogCreator {
    private static final FlywayLog INSTANCE = new FlywayLog();
    private static final ThreadLocal<EventLog> OF_THIS_RUN = new ThreadLocal<>();

    private FlywayLog() {}

    /** Until {@link #end}, what Flyway says on this thread goes to this log. */
    static void begin(EventLog log) {
        OF_THIS_RUN.set(log);
        LogFactory.setLogCreator(INSTANCE);
    }

    static void end() {
        OF_THIS_RUN.remove();
    }

    @Override
    public Log createLogger(Class<?> owner) {
        return this;
    }

    @Override
    public void debug(String message) {
        // not wanted
    }

    @Override
    public void info(String message) {
        // said by this program in its own words
    }

    @Override
    public void warn(String message) {
        EventLog log = OF_THIS_RUN.get();
        if (log != null) {
            log.warn("Flyway warns", "text", message);
        }
    }

    @Override
    public void error(String message) {
        // arrives as an exception
    }

    @Override
    public void error(String message, Exception cause) {
        // arrives as an exception
    }

    @Override
    public void notice(String message) {
        // advertisements
    }
}
