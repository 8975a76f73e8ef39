package dev.slipway.migrator.rollback;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import dev.slipway.migrator.effects.DroppedData;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.history.Comparison;
import dev.slipway.migrator.history.HistoryRow;
import dev.slipway.migrator.ledger.RunLedger;
import dev.slipway.migrator.ledger.UndoSql;
import dev.slipway.migrator.lock.Holder;
import dev.slipway.migrator.lock.MigrationLock;
import dev.slipway.migrator.rollback.UndoRun.Preview;
import dev.slipway.migrator.rollback.UndoRun.Undo;
import dev.slipway.migrator.run.ReadOnly;
import dev.slipway.migrator.run.RunContext;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Examines the database before a rollback: whether it takes writes, what would be undone from which scripts, what would
 * be lost, and who is connected.
 */
public final class RollbackLook {
    private final RunContext context;
    private final MigrationFolder folder;
    private final RollbackRequest request;

    public RollbackLook(RunContext context, MigrationFolder folder, RollbackRequest request) {
        this.context = context;
        this.folder = folder;
        this.request = request;
    }

    /** One look, without a lock. */
    public RollbackView at(Connection connection) throws SQLException {
        ReadOnly.refuse(connection, context.connector().describe());
        List<HistoryRow> rows = context.place().read(connection).orElse(List.of());
        Comparison comparison = context.compare(folder, rows);
        RollbackPlan plan = RollbackPlan.of(request, comparison, scripts(connection));
        List<Preview> previews = plan.refusals().isEmpty() && !plan.steps().isEmpty()
                ? new UndoRun(connection, context.settings(), context.scripts(), context.log()).preview(undos(plan))
                : List.of();
        return new RollbackView(
                name(connection),
                comparison,
                plan,
                previews,
                losses(connection, previews),
                OtherSessions.read(connection),
                new MigrationLock(context.table()).holder(connection).map(Holder::describe));
    }

    private static String name(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select current_database()")) {
            result.next();
            return result.getString(1);
        }
    }

    private UndoScripts scripts(Connection connection) throws SQLException {
        Optional<RunLedger> ledger = RunLedger.openExisting(connection, context.table(), context.slipwayVersion());
        Map<String, UndoSql> stored = ledger.isPresent() ? ledger.get().undoScripts() : Map.of();
        var problems = new Problems();
        UndoScripts scripts = UndoScripts.of(stored, folder, problems);
        if (!problems.isEmpty()) {
            throw new RunFailure(
                    ExitCode.USAGE, problems.describe("the undo scripts"), "correct the files; nothing has been run");
        }
        return scripts;
    }

    private List<Undo> undos(RollbackPlan plan) {
        return plan.steps().stream()
                .map(step -> new Undo(
                        step.row(),
                        step.sql(),
                        "rollback to " + request.target() + ", undo script "
                                + (step.source() == UndoSource.STORED
                                        ? "as stored when it was applied"
                                        : "from the folder")))
                .toList();
    }

    private List<DataLoss> losses(Connection connection, List<Preview> previews) throws SQLException {
        var losses = new ArrayList<DataLoss>();
        for (Preview preview : previews) {
            List<DroppedData> dropped =
                    DroppedData.of(preview.sql(), context.settings().get(Setting.SCHEMA));
            losses.addAll(DataLoss.of(connection, preview.undo().row().versionText(), dropped, context.termination()));
        }
        return losses;
    }
}
