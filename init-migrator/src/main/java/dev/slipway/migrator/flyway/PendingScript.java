package dev.slipway.migrator.flyway;

import dev.slipway.migrator.ledger.Script;
import dev.slipway.migrator.sql.SqlScript;
import dev.slipway.migrator.sql.SqlStatement;
import java.util.List;
import java.util.Locale;

/**
 * One script that has to run, and what we know of it.
 *
 * @param change what the history gets from it
 * @param statements with Flyway's placeholders replaced
 * @param setsSessionState whether it holds a SET or set_config, so that a look for leaks is worth its round trip
 */
record PendingScript(
        HistoryChange change, Script script, ScriptMode mode, List<SqlStatement> statements, boolean setsSessionState) {
    PendingScript {
        statements = List.copyOf(statements);
    }

    /** Whether it holds a SET or set_config anywhere. */
    static boolean setsSessionState(SqlScript sql) {
        return sql.statements().stream()
                .map(statement -> statement.text().toLowerCase(Locale.ROOT))
                .anyMatch(text -> text.startsWith("set ") || text.startsWith("set\n") || text.contains("set_config"));
    }

    String name() {
        return script.name();
    }
}
