package dev.slipway.migrator.command;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.RunOutcome;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.flyway.FlywayHistory;
import dev.slipway.migrator.history.Comparison;
import dev.slipway.migrator.history.Difference;
import dev.slipway.migrator.history.HistoryRepair;
import dev.slipway.migrator.ledger.RunLedger;
import dev.slipway.migrator.lock.LockLoop;
import dev.slipway.migrator.report.RunReport;
import dev.slipway.migrator.run.ReadOnly;
import dev.slipway.migrator.run.RunContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code slipway repair}: makes the history match the files. It removes rows of failed migrations, takes over changed
 * checksums, marks rows without a file as deleted, and closes attempts that never ended. It changes no other table. It
 * first lists what it will do, and requires confirmation.
 */
final class RepairRun implements LockLoop.Work {
    private final RunContext context;
    private final MigrationFolder folder;
    private final boolean confirmed;

    RepairRun(RunContext context, MigrationFolder folder, boolean confirmed) {
        this.context = context;
        this.folder = folder;
        this.confirmed = confirmed;
    }

    RunReport run() {
        return context.lockLoop().run(this);
    }

    @Override
    public LockLoop.Look look(Connection connection) throws SQLException {
        RunContext.Compared seen = context.lookAsAdopted(folder, connection);
        List<String> intended = intended(seen.comparison(), unfinished(connection));
        if (intended.isEmpty()) {
            Comparison comparison = context.refuse(seen).comparison();
            return new LockLoop.Look(
                    Optional.of(context.succeeded(RunOutcome.UP_TO_DATE, "nothing to repair", comparison)),
                    comparison.applied().size());
        }
        if (!confirmed) {
            throw new RunFailure(
                    ExitCode.USAGE,
                    "repair would " + String.join("; ", intended),
                    "if that is what you want, run it again with --yes; nothing has been changed",
                    Map.of("intended", intended),
                    null);
        }
        return new LockLoop.Look(Optional.empty(), seen.comparison().applied().size());
    }

    @Override
    public RunReport underLock(Connection connection) throws SQLException {
        ReadOnly.refuse(connection, context.connector().describe());
        int closed = ledger(connection).isPresent() ? ledger(connection).get().closeUnfinished() : 0;
        var history = new FlywayHistory(connection, context.settings(), context.scripts(), context.log());
        List<String> takenOver =
                history.takeOverFromDrizzle(context.look(folder, connection).existing());
        Comparison before = context.lookAtHistory(folder, connection).comparison();
        HistoryRepair repair = HistoryRepair.of(context.table(), before);
        if (repair.isNeeded()) {
            history.repair(repair);
        }
        int aligned = takenOver.size() + repair.aligned().size();
        String message = "removed " + repair.removed().size() + " failed rows, took over " + aligned
                + " changed files, marked " + repair.deleted().size() + " rows without a file as deleted, closed "
                + closed + " unfinished attempts";
        context.log().info("repaired", "what", message);
        RunContext.Compared after = context.lookAtHistory(folder, connection);
        if (!after.comparison().flaws().isEmpty()
                || !after.comparison().differences().isEmpty()) {
            context.refuse(after);
        }
        return context.succeeded(RunOutcome.APPLIED, message, after.comparison());
    }

    private List<String> unfinished(Connection connection) throws SQLException {
        Optional<RunLedger> ledger = ledger(connection);
        return ledger.isPresent() ? ledger.get().unfinishedScripts() : List.of();
    }

    private Optional<RunLedger> ledger(Connection connection) throws SQLException {
        return RunLedger.openExisting(connection, context.table(), context.slipwayVersion());
    }

    private List<String> intended(Comparison comparison, List<String> unfinished) {
        var intended = new ArrayList<String>();
        HistoryRepair repair = HistoryRepair.of(context.table(), comparison);
        repair.removed().forEach(label -> intended.add("remove the failed row of " + label));
        List<String> aligned = new ArrayList<>(repair.aligned());
        comparison.differences().stream()
                .filter(difference -> difference.kind() == Difference.Kind.CHECKSUM
                        && difference.row().isEmpty())
                .map(Difference::label)
                .forEach(aligned::add);
        aligned.forEach(label -> intended.add("take over the changed file of " + label));
        repair.deleted().forEach(label -> intended.add("mark " + label + " as deleted, as its file is gone"));
        unfinished.forEach(script -> intended.add("close the unfinished attempt at " + script));
        return intended;
    }
}
