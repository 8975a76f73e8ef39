package dev.slipway.migrator.flyway;

import dev.slipway.migrator.report.EventLog;
import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogCreator;

/**
 * Passes on what Flyway warns about, such as notices that a script raises. Its information lines are dropped: this
 * program says the same in its own words, and its errors arrive as exceptions.
 */
final class FlywayLog implements Log, LogCreator {
    private final EventLog log;

    FlywayLog(EventLog log) {
        this.log = log;
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
        log.warn("Flyway warns", "text", message);
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
