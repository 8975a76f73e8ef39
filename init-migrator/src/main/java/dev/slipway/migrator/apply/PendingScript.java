package dev.slipway.migrator.apply;

import dev.slipway.migrator.ledger.LedgerScript;
import dev.slipway.migrator.sql.SqlScript;
import dev.slipway.migrator.sql.SqlStatement;
import java.util.List;
import java.util.Locale;

/**
 * One script that has to run, and what we know of it.
 *
 * @param change what the history gets from it
 * @param statements with Flyway's placeholders replaced
 * @param setsSessionState whether its text speaks of settings, so that what it leaves is worth a look of its own; others
 *     may leave something as well, which a glance shows
 */
public record PendingScript(
        HistoryChange change,
        LedgerScript script,
        ScriptMode mode,
        List<SqlStatement> statements,
        boolean setsSessionState) {
    /** The names of the last two end the session: the driver cannot work with another value. */
    private static final List<String> SETTINGS = List.of("set_config", "client_encoding", "datestyle");

    public PendingScript {
        statements = List.copyOf(statements);
    }

    public static boolean setsSessionState(SqlScript sql) {
        return sql.statements().stream()
                .anyMatch(statement -> ScriptMode.isSetting(statement) || mentionsSetting(statement.text()));
    }

    private static boolean mentionsSetting(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return SETTINGS.stream().anyMatch(lower::contains);
    }

    String name() {
        return script.name();
    }
}
