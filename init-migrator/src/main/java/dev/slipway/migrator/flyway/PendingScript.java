package dev.slipway.migrator.flyway;

import dev.slipway.migrator.ledger.Script;
import dev.slipway.migrator.sql.SqlStatement;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.internal.info.MigrationInfoImpl;

/**
 * One migration that Flyway says is pending, and what we know of its file.
 *
 * @param statements with Flyway's placeholders replaced
 * @param setsSessionState whether it holds a SET or set_config, so that a look for leaks is worth its round trip
 */
record PendingScript(
        MigrationInfoImpl migration,
        Path path,
        Script script,
        ScriptMode mode,
        List<SqlStatement> statements,
        boolean setsSessionState) {
    PendingScript {
        statements = List.copyOf(statements);
    }

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
