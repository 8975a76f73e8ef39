package dev.slipway.migrator.flyway;

import dev.slipway.migrator.apply.CallbackFailure;
import java.util.Optional;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.internal.sqlscript.FlywaySqlScriptException;
import org.jspecify.annotations.Nullable;

/** Finds out from Flyway's exception whether a callback failed, and which one. */
final class CallbackError {
    private CallbackError() {}

    /** Runs a callback, and names its file if it fails. */
    static void named(Runnable callback) {
        try {
            callback.run();
        } catch (FlywayException refused) {
            throw of(refused).<RuntimeException>map(failure -> failure).orElse(refused);
        }
    }

    /** Empty if no callback failed. Flyway also creates its table by a script, but that one has no file. */
    static Optional<CallbackFailure> of(FlywayException refused) {
        for (@Nullable Throwable each = refused; each != null; each = each.getCause()) {
            if (each instanceof FlywaySqlScriptException script
                    && script.getResource() != null
                    && !script.getResource().getFilename().isEmpty()) {
                return Optional.of(new CallbackFailure(
                        script.getResource().getFilename(), script.getLineNumber(), script.getStatement(), script));
            }
        }
        return Optional.empty();
    }
}
