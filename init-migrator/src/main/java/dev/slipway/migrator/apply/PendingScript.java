package dev.slipway.migrator.apply;

import dev.slipway.migrator.ledger.LedgerScript;
import dev.slipway.migrator.sql.SqlScript;
import dev.slipway.migrator.sql.SqlStatement;
import java.util.List;
import java.util.Locale;

/**
 * One script that has to run, and what is known about it.
 *
 * @param change the change it makes to the history
 * @param statements with Flyway's placeholders replaced
 * @param resumable whether its author declares that a statement of which the catalogue shows nothing may run again
 * @param setsSessionState whether its text mentions settings, so that a full look at what it leaves is worth its round
 * trip; what other scripts leave shows in a glance
 */
public record PendingScript(
        HistoryChange change,
        LedgerScript script,
        ScriptMode mode,
        List<SqlStatement> statements,
        boolean resumable,
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
