package dev.slipway.migrator.command;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.KubernetesDuration;
import dev.slipway.contract.RunOutcome;
import dev.slipway.contract.Setting;
import dev.slipway.migrator.drift.KeptSnapshot;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.files.Naming;
import dev.slipway.migrator.history.Comparison;
import dev.slipway.migrator.history.HistoryRow;
import dev.slipway.migrator.lock.LockLoop;
import dev.slipway.migrator.report.RunReport;
import dev.slipway.migrator.report.Terminal;
import dev.slipway.migrator.rollback.RollbackLook;
import dev.slipway.migrator.rollback.RollbackPlan;
import dev.slipway.migrator.rollback.RollbackPrint;
import dev.slipway.migrator.rollback.RollbackRequest;
import dev.slipway.migrator.rollback.RollbackView;
import dev.slipway.migrator.rollback.UndoRun;
import dev.slipway.migrator.rollback.UndoRun.Preview;
import dev.slipway.migrator.rollback.UndoRun.Undo;
import dev.slipway.migrator.run.ReadRun;
import dev.slipway.migrator.run.RunContext;
import dev.slipway.migrator.session.Terminated;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * {@code slipway rollback}: looks, shows, asks, waits, and only then undoes, under the lock that migrations take. It
 * undoes exactly what it showed; if the history changed in between, it undoes nothing.
 */
final class RollbackRun implements LockLoop.Work {
    private final RunContext context;
    private final MigrationFolder folder;
    private final RollbackRequest request;
    private final PrintStream out;
    private final Terminal terminal;
    private final LockLoop loop;
    private final List<String> undone = new ArrayList<>();
    private List<Undo> confirmed = List.of();

    RollbackRun(
            RunContext context, MigrationFolder folder, RollbackRequest request, PrintStream out, Terminal terminal) {
        this.context = context;
        this.folder = folder;
        this.request = request;
        this.out = out;
        this.terminal = terminal;
        this.loop = context.lockLoop();
    }

    RunReport run() {
        RollbackView view = ReadRun.look(context, new RollbackLook(context, folder, request)::at);
        refuse(view.plan());
        if (view.plan().steps().isEmpty()) {
            String message = "nothing to undo; schema is " + at(view.comparison());
            return context.succeeded(RunOutcome.UP_TO_DATE, message, view.comparison());
        }
        refuseWithoutDrizzlesFolder(view.plan());
        show(view);
        if (request.dryRun()) {
            String message = "would undo " + versions(view.plan()) + "; nothing has been changed";
            return context.succeeded(RunOutcome.CHECKED, message, view.comparison());
        }
        confirm(view);
        delay(view);
        confirmed = view.previews().stream().map(Preview::undo).toList();
        RunReport report = loop.run(this);
        showStatus();
        return report;
    }

    private static void refuse(RollbackPlan plan) {
        if (!plan.refusals().isEmpty()) {
            throw new RunFailure(
                    ExitCode.ROLLBACK_REFUSED,
                    String.join("; ", plan.refusals()),
                    "nothing has been changed; the database's backup, or a new migration that goes forward, are the other ways",
                    Map.of("refusals", plan.refusals()),
                    null);
        }
    }

    /**
     * The version must also be removed from Drizzle's own table, and without the folder we cannot tell whether that
     * table is in use.
     */
    private void refuseWithoutDrizzlesFolder(RollbackPlan plan) {
        var naming = Naming.of(context.settings());
        List<String> scripts = plan.steps().stream()
                .map(step -> step.row().script())
                .filter(script -> !naming.isMigration(script.substring(script.lastIndexOf('/') + 1)))
                .toList();
        if (folder.locations().isEmpty() && !scripts.isEmpty()) {
            throw new RunFailure(
                    ExitCode.ROLLBACK_REFUSED,
                    String.join(", ", scripts)
                            + " came from a Drizzle folder, which has to be there so that Drizzle's own"
                            + " table forgets the migration as well",
                    "name the folder in " + Setting.MIGRATIONS.flag() + "; that of an older image will do",
                    Map.of("scripts", scripts),
                    null);
        }
    }

    private void show(RollbackView view) {
        var print = new RollbackPrint(view, request.target().toString());
        if (context.log().isJson()) {
            print.log(context.log());
        } else {
            print.print(out, terminal.width());
        }
    }

    private void confirm(RollbackView view) {
        String expected = request.confirmationFor(view.database());
        Optional<String> given = request.confirmation();
        if (given.isEmpty() && terminal.keyboard().isPresent()) {
            given = Optional.of(ask(expected, terminal.keyboard().get()));
        }
        if (!given.equals(Optional.of(expected))) {
            throw new RunFailure(
                    ExitCode.ROLLBACK_REFUSED,
                    (given.isEmpty()
                                    ? "the rollback was not confirmed"
                                    : "the confirmation '" + given.get() + "' is for something else")
                            + "; it would undo " + versions(view.plan()),
                    "look at what would be lost; if that is what you want, run it again with --confirm " + expected,
                    Map.of("expected", expected),
                    null);
        }
    }

    private String ask(String expected, InputStream keyboard) {
        out.print("To undo this, type " + expected + ": ");
        out.flush();
        try {
            String line = new BufferedReader(new InputStreamReader(keyboard, Charset.defaultCharset())).readLine();
            return line == null ? "" : line.strip();
        } catch (IOException closed) {
            return "";
        }
    }

    private void delay(RollbackView view) {
        if (request.delay().isZero()) {
            return;
        }
        context.log()
                .warn(
                        "rolling back soon; what is lost then stays lost. To stop it, end this process",
                        "undoes",
                        versions(view.plan()),
                        "in",
                        KubernetesDuration.format(request.delay()));
        if (context.termination().sleep(request.delay())) {
            throw new Terminated();
        }
    }

    @Override
    public LockLoop.Look look(Connection connection) throws SQLException {
        Comparison comparison = context.lookAtHistory(folder, connection).comparison();
        boolean done = RollbackPlan.above(request.target(), comparison).isEmpty();
        Optional<RunReport> ended = done ? Optional.of(report(comparison)) : Optional.empty();
        return new LockLoop.Look(ended, comparison.applied().size());
    }

    @Override
    public RunReport underLock(Connection connection) throws SQLException {
        List<Undo> remaining = remaining(RollbackPlan.above(
                request.target(), context.lookAtHistory(folder, connection).comparison()));
        var rollback = new UndoRun(connection, context.settings(), context.scripts(), context.log());
        try {
            KeptSnapshot.around(
                    connection,
                    context.table(),
                    context.log(),
                    () -> rollback.run(
                            remaining,
                            context.termination(),
                            loop.deadClients(),
                            context.connector()::connectOnce,
                            context.slipwayVersion()));
        } catch (RunFailure failure) {
            throw undone.isEmpty() && rollback.undone().isEmpty() ? failure : partly(failure, rollback.undone());
        } finally {
            undone.addAll(rollback.undone());
        }
        return report(context.lookAtHistory(folder, connection).comparison());
    }

    /**
     * After a lost connection some versions may already be undone; the remaining ones must be the rest of what was
     * confirmed.
     */
    private List<Undo> remaining(List<HistoryRow> rows) {
        int first = confirmed.size() - rows.size();
        List<Undo> rest = first < 0 ? List.of() : confirmed.subList(first, confirmed.size());
        if (!rest.stream().map(Undo::row).toList().equals(rows)) {
            throw new RunFailure(
                    ExitCode.ROLLBACK_REFUSED,
                    "the history changed after the plan was shown: now "
                            + rows.stream().map(HistoryRow::label).collect(Collectors.joining(", "))
                            + " would have to be undone" + (undone.isEmpty() ? "" : "; undone is already " + undone),
                    "stop what migrates, or roll the application back first; then look at the new plan");
        }
        return rest;
    }

    private RunFailure partly(RunFailure failure, List<String> justUndone) {
        var all = new ArrayList<>(undone);
        all.addAll(justUndone);
        var details = new LinkedHashMap<String, Object>(failure.details());
        details.put("undone", all);
        return new RunFailure(
                failure.exitCode(),
                failure.sentence() + "; undone before it, and for good: " + String.join(", ", all),
                failure.wayOut(),
                details,
                failure);
    }

    private RunReport report(Comparison comparison) {
        String message = undone.isEmpty()
                ? "nothing left to undo; schema is " + at(comparison)
                : "undid " + String.join(", ", undone) + "; schema is " + at(comparison);
        return context.report(
                ExitCode.OK,
                undone.isEmpty() ? RunOutcome.UP_TO_DATE : RunOutcome.ROLLED_BACK,
                message,
                "",
                comparison.schemaVersion(),
                Map.of("undone", List.copyOf(undone)));
    }

    private void showStatus() {
        if (!context.log().isJson() && !folder.locations().isEmpty()) {
            new StatusRun(context, folder, out, terminal, false).show();
        }
    }

    private static String versions(RollbackPlan plan) {
        return plan.steps().stream()
                .map(step -> "version " + step.row().versionText())
                .collect(Collectors.joining(", "));
    }

    private static String at(Comparison comparison) {
        return comparison
                .schemaVersion()
                .map(version -> "at version " + version)
                .orElse("without versions");
    }
}
