package dev.slipway.migrator.flyway;

import dev.slipway.migrator.ledger.Script;
import java.nio.file.Path;
import java.util.Optional;
import org.flywaydb.core.internal.info.MigrationInfoImpl;

/**
 * One migration that Flyway says is pending, and what we know of its file.
 *
 * @param statements how many it has
 * @param setsSessionState whether it holds a SET or set_config, so that a look for leaks is worth its round trip
 */
record PendingScript(
        MigrationInfoImpl migration,
        Path path,
        Script script,
        ScriptMode mode,
        int statements,
        boolean setsSessionState) {
    String name() {
        return script.name();
    }

    /** As people name it: "version 1.2 (add orders)" or "repeatable 'views'". */
    String label() {
        Optional<String> version = script.version();
        return version.map(number -> "version " + number + " (" + migration.getDescription() + ")")
                .orElse("repeatable '" + migration.getDescription() + "'");
    }
}
