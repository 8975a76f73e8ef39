package dev.slipway.migrator.flyway;

import dev.slipway.contract.ExitCode;
import dev.slipway.migrator.apply.CallbackFailure;
import dev.slipway.migrator.apply.ScriptFailure;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.failure.SqlState;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.internal.exception.FlywayMigrateException;

/** Translates what Flyway throws outside a migration into this program's own messages. */
final class FlywayRefusal {
    private FlywayRefusal() {}

    /**
     * The failure to throw.
     *
     * @param leftovers what has been done so far; a clause
     * @throws SQLException if the database refused a statement of Flyway's own, or the connection was lost
     */
    static RunFailure explain(FlywayException refused, String leftovers) throws SQLException {
        Optional<String> state = SqlState.of(refused);
        Optional<CallbackFailure> callback = CallbackError.of(refused);
        if (callback.isPresent() && !SqlState.isConnectionLost(refused)) {
            return ScriptFailure.ofCallback(callback.get(), leftovers);
        }
        if (state.isPresent()) {
            throw new SQLException(ScriptFailure.reason(refused), state.get(), refused);
        }
        boolean migration = refused instanceof FlywayMigrateException || refused.getErrorCode() == CoreErrorCode.ERROR;
        ExitCode code = migration ? ExitCode.MIGRATION_FAILED : ExitCode.HISTORY_DIFFERS;
        String reason = ScriptFailure.reason(refused).lines().findFirst().orElse("");
        return new RunFailure(code, reason, code.wayOut(), Map.of(), refused);
    }
}
