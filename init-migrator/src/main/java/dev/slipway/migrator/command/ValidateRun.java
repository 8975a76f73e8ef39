package dev.slipway.migrator.command;

import dev.slipway.contract.RunOutcome;
import dev.slipway.migrator.apply.PendingScripts;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.history.Comparison;
import dev.slipway.migrator.history.HistoryVerdict;
import dev.slipway.migrator.report.RunReport;
import dev.slipway.migrator.run.ReadRun;
import dev.slipway.migrator.run.RunContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * {@code slipway validate}: compares the files with the history and changes nothing. Pending migrations are not an
 * error unless {@code migrate} would refuse to run them.
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
        Comparison comparison = context.refuse(seen.compared()).comparison();
        List<String> ahead = comparison.versionsAhead();
        seen.pending().refuse();
        String message = "files and history agree: " + comparison.applied().size() + " applied, "
                + comparison.pending().size() + " pending, " + comparison.held().size() + " held"
                + (ahead.isEmpty() ? "" : ", the database is ahead by " + ahead)
                + HistoryVerdict.remark(comparison).map(remark -> "; " + remark).orElse("");
        return context.succeeded(RunOutcome.CHECKED, message, comparison);
    }

    /** What one look at the database showed. */
    private record Seen(RunContext.Compared compared, PendingScripts pending) {}

    private Seen look(Connection connection) throws SQLException {
        RunContext.Compared compared = context.lookAsAdopted(folder, connection);
        return new Seen(compared, context.pendingScripts(folder, compared.comparison(), connection));
    }
}
