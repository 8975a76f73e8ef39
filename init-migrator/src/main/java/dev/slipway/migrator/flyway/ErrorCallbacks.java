package dev.slipway.migrator.flyway;

import dev.slipway.migrator.apply.ScriptFailure;
import dev.slipway.migrator.report.EventLog;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.Event;

/**
 * Calls the callbacks that belong to an error. If one of them fails, that is only a warning: it must not hide the
 * original error.
 */
final class ErrorCallbacks {
    private final FlywaySession flyway;
    private final EventLog log;

    ErrorCallbacks(FlywaySession flyway, EventLog log) {
        this.flyway = flyway;
        this.log = log;
    }

    /** Calls each in a transaction of its own. */
    void afterError(Event event) {
        attempt(event, () -> flyway.callbacks().onMigrateOrUndoEvent(event));
    }

    /** Calls those for the script that was announced last, after its transaction has been rolled back. */
    void afterErrorOfScript(Event event) {
        attempt(event, () -> flyway.callbacks().onEachMigrateOrUndoEvent(event));
    }

    private void attempt(Event event, Runnable call) {
        try {
            call.run();
        } catch (FlywayException alsoFailed) {
            log.warn(
                    "a callback for an error failed itself",
                    "event",
                    event.getId(),
                    "reason",
                    ScriptFailure.reason(alsoFailed));
        }
    }
}
