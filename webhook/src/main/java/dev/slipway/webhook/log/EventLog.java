package dev.slipway.webhook.log;

import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Logs what happened as a constant sentence, and who and where as fields. Thread-safe. */
public final class EventLog {
    private final Logger logger;

    public EventLog(Class<?> source) {
        this.logger = Logger.getLogger(source.getName());
    }

    public void info(String message, Map<String, ?> fields) {
        log(Level.INFO, message, fields, null);
    }

    public void warn(String message, Map<String, ?> fields) {
        log(Level.WARNING, message, fields, null);
    }

    public void error(String message, Map<String, ?> fields, Throwable failure) {
        log(Level.SEVERE, message, fields, failure);
    }

    private void log(Level level, String message, Map<String, ?> fields, @Nullable Throwable failure) {
        if (logger.isLoggable(level)) {
            var line = new LogRecord(level, message);
            line.setLoggerName(logger.getName());
            line.setParameters(new Object[] {fields});
            line.setThrown(failure);
            logger.log(line);
        }
    }
}
