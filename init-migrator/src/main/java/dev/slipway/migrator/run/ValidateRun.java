package dev.slipway.migrator.run;

import dev.slipway.contract.SchemaAhead;
import dev.slipway.contract.Setting;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.flyway.PendingScripts;
import dev.slipway.migrator.history.Comparison;
import dev.slipway.migrator.report.RunReport;
import dev.slipway.migrator.report.RunReport.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * {@code slipway validate}: files against history; changes nothing. Pending migrations are no mistake, unless {@code migrate}
 * would refuse to run them.
 */
final class ValidateRun {
    private final RunContext context;
    private final MigrationFolder folder;

    ValidateRun(RunContext context, MigrationFolder folder) {
        this.context = context;
        this.folder = folder;
    }

    RunReport run() {
        Seen seen = ReadRun.look(context, this::look);
        Comparison comparison = seen.comparison();
        Disagreement.refuse(comparison);
        List<String> ahead = comparison.versionsAhead();
        if (!ahead.isEmpty() && context.settings().get(Setting.SCHEMA_AHEAD) == SchemaAhead.FAIL) {
            throw Disagreement.ahead(ahead);
        }
        seen.pending().refuse();
        String message = "files and history agree: " + comparison.applied().size() + " applied, "
                + comparison.pending().size() + " pending, " + comparison.held().size() + " held"
                + (ahead.isEmpty() ? "" : ", the database is ahead by " + ahead);
        return context.succeeded(Outcome.CHECKED, message, comparison);
    }

    /** What one look at the database showed. */
    private record Seen(Comparison comparison, PendingScripts pending) {}

    private Seen look(Connection connection) throws SQLException {
        Comparison comparison = context.compare(folder, connection);
        return new Seen(comparison, context.pendingScripts(folder, comparison, connection));
    }
}
