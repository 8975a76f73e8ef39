package dev.slipway.migrator.flyway;

import dev.slipway.migrator.lock.HeldLock;
import dev.slipway.migrator.report.EventLog;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.callback.Error;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.callback.Warning;
import org.flywaydb.core.api.output.OperationResult;
import org.flywaydb.core.internal.callback.CallbackExecutor;

/**
 * Flyway's callbacks, after which the session still holds the migration lock. Those that run with a script need no
 * check, because its step keeps the lock.
 */
record LockedCallbacks(CallbackExecutor<Event> callbacks, HeldLock lock, EventLog log)
        implements CallbackExecutor<Event> {
    @Override
    public Collection<String> onEvent(Event event) {
        Collection<String> called = callbacks.onEvent(event);
        keepLock(event);
        return called;
    }

    @Override
    public void onMigrateOrUndoEvent(Event event) {
        callbacks.onMigrateOrUndoEvent(event);
        keepLock(event);
    }

    private void keepLock(Event event) {
        try {
            if (lock.keep()) {
                log.warn("a callback released the migration lock; it was taken again", "event", event.getId());
            }
        } catch (SQLException lost) {
            throw new FlywaySession.SqlFailure(lost);
        }
    }

    @Override
    public void onMainConnectionEvent(Event event) {
        callbacks.onMainConnectionEvent(event);
    }

    @Override
    public void onMigrationConnectionEvent(Event event) {
        callbacks.onMigrationConnectionEvent(event);
    }

    @Override
    public void setMigrationInfo(MigrationInfo info) {
        callbacks.setMigrationInfo(info);
    }

    @Override
    public void onEachMigrateOrUndoEvent(Event event) {
        callbacks.onEachMigrateOrUndoEvent(event);
    }

    @Override
    public void onEachMigrateOrUndoStatementEvent(
            Event event, String statement, List<Warning> warnings, List<Error> errors) {
        callbacks.onEachMigrateOrUndoStatementEvent(event, statement, warnings, errors);
    }

    @Override
    public void onOperationFinishEvent(Event event, OperationResult result) {
        callbacks.onOperationFinishEvent(event, result);
    }
}
