package dev.slipway.migrator.command;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Problems;
import dev.slipway.contract.RunOutcome;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.contract.Version;
import dev.slipway.contract.cli.Invocation;
import dev.slipway.migrator.cli.Command;
import dev.slipway.migrator.cli.Option;
import dev.slipway.migrator.config.MigratorConfig;
import dev.slipway.migrator.drizzle.DrizzleHistory;
import dev.slipway.migrator.drizzle.DrizzleProject;
import dev.slipway.migrator.drizzle.DrizzleTable;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.files.Naming;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.report.RunReport;
import dev.slipway.migrator.report.Terminal;
import dev.slipway.migrator.rollback.RollbackRequest;
import dev.slipway.migrator.run.RunContext;
import dev.slipway.migrator.session.Connector;
import dev.slipway.migrator.session.Terminated;
import dev.slipway.migrator.session.Termination;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs the requested command and turns its result into a report, however it ends. */
public final class CommandRun {
    private final Invocation.Run<Command> invocation;
    private final Settings settings;
    private final MigratorConfig config;
    private final PrintStream out;
    private final Terminal terminal;
    private final RunContext context;
    private final long startNanos;

    /**
     * @param out for results, such as the table of status
     * @param startNanos when the process started working
     */
    public CommandRun(
            Invocation.Run<Command> invocation,
            MigratorConfig config,
            EventLog log,
            PrintStream out,
            Terminal terminal,
            Termination termination,
            long startNanos) {
        this.invocation = invocation;
        this.settings = config.settings();
        this.config = config;
        this.out = out;
        this.terminal = terminal;
        this.startNanos = startNanos;
        var connector = new Connector(
                config.database(), config.applicationName(), settings.get(Setting.CONNECT_TIMEOUT), log, termination);
        this.context = new RunContext(
                invocation.verb().word(),
                settings,
                connector,
                log,
                termination,
                Version.of(CommandRun.class),
                startNanos);
    }

    /** Never throws because of the database, the files or SIGTERM. */
    public RunReport run() {
        try {
            return runCommand();
        } catch (RunFailure failure) {
            if (context.termination().hasBegun()) {
                // SIGTERM cancels the running statement, which then fails with an exception from anywhere.
                return terminated(new Terminated());
            }
            return context.report(
                    failure.exitCode(),
                    RunOutcome.FAILED,
                    failure.sentence(),
                    failure.wayOut(),
                    Optional.empty(),
                    failure.details());
        } catch (Terminated terminated) {
            return terminated(terminated);
        } catch (OutOfMemoryError tooSmall) {
            return context.termination().hasBegun() ? terminated(new Terminated()) : outOfMemory();
        } catch (RuntimeException | Error defect) {
            // If this error propagated, only the main thread would end, and the process would exit as if it had
            // received SIGTERM.
            return context.termination().hasBegun() ? terminated(new Terminated()) : unexpected(defect);
        }
    }

    private RunReport terminated(Terminated end) {
        return context.report(
                ExitCode.TERMINATED,
                RunOutcome.TERMINATED,
                String.valueOf(end.getMessage()),
                "",
                Optional.empty(),
                Map.of());
    }

    private RunReport outOfMemory() {
        long mebibytes = Runtime.getRuntime().maxMemory() >> 20;
        return context.report(
                ExitCode.MIGRATION_FAILED,
                RunOutcome.FAILED,
                "out of memory: the heap may have " + mebibytes + " MiB",
                "give it more, by the annotation slipway.dev/limits-memory or the container's limit; a script is held whole",
                Optional.empty(),
                Map.of());
    }

    /**
     * Leaves out the message, which may quote anything. A run that ends this way has not brought the schema up to date.
     */
    private RunReport unexpected(Throwable defect) {
        List<String> frames = Arrays.stream(defect.getStackTrace())
                .limit(8)
                .map(StackTraceElement::toString)
                .toList();
        return context.report(
                ExitCode.MIGRATION_FAILED,
                RunOutcome.FAILED,
                "unexpected " + defect.getClass().getSimpleName(),
                "this is a defect of Slipway; please report it with these lines",
                Optional.empty(),
                Map.of("at", frames));
    }

    private RunReport runCommand() {
        boolean json = invocation.has(Option.JSON);
        return switch (invocation.verb()) {
            case PREFLIGHT -> preflight(json);
            case MIGRATE -> migrate();
            case STATUS -> new StatusRun(context, folder(), out, terminal, json).run();
            case PLAN -> new PlanRun(context, folder(), out, terminal, json, invocation.has(Option.ALL)).run();
            case VALIDATE -> new ValidateRun(context, folder()).run();
            case BASELINE -> baseline();
            case REPAIR -> new RepairRun(context, folder(), invocation.has(Option.YES)).run();
            case ROLLBACK -> rollback().run();
            case DRIFT -> new DriftRun(context, out, json, invocation.has(Option.ACCEPT)).run();
            case LINT -> LintRun.online(context, invocation, out, startNanos);
            case NEW -> throw new IllegalStateException("it needs no database, and so never comes here");
        };
    }

    private RunReport migrate() {
        if (!invocation.has(Option.PREFLIGHT)) {
            return new MigrateRun(context, folderWhileConnecting()).run();
        }
        MigrationFolder folder = folderWhileConnecting();
        Optional<RunReport> upToDate = new UpToDateLook(context, folder).run();
        if (upToDate.isPresent()) {
            return upToDate.get();
        }
        preflight(folder, false).run();
        // The same as without a pre-flight, so that the training run of the ahead-of-time cache covers this path, too.
        context.connector().begin();
        return new MigrateRun(context, folder).run();
    }

    /**
     * In a pod, runs only the checks that are needed; for people, and programs that read the report, it runs all of
     * them.
     */
    private RunReport preflight(boolean json) {
        if (json || !settings.isGiven(Setting.POD_NAME)) {
            return preflight(folder(), json).run();
        }
        MigrationFolder folder = folderWhileConnecting();
        Optional<RunReport> upToDate = new UpToDateLook(context, folder).run();
        return upToDate.isPresent()
                ? upToDate.get().as(RunOutcome.CHECKED)
                : preflight(folder, false).run();
    }

    /** Every pod waits for this at its start, so the folder is read while the connection is being opened. */
    private MigrationFolder folderWhileConnecting() {
        context.connector().begin();
        try {
            return folder();
        } catch (RunFailure failure) {
            context.connector().abandon();
            throw failure;
        }
    }

    private PreflightRun preflight(MigrationFolder folder, boolean json) {
        return new PreflightRun(context, config, folder, out, json, terminal);
    }

    /** The command needs no folder, but if there is one, its callbacks are called. */
    private RunReport baseline() {
        if (settings.get(Setting.MIGRATIONS).stream().anyMatch(Files::isDirectory)) {
            folder();
        }
        return new BaselineRun(context).run();
    }

    /** The scripts stored in the database are enough, so the folder may be missing unless it was named explicitly. */
    private RollbackRun rollback() {
        var problems = new Problems();
        Optional<RollbackRequest> request = RollbackRequest.read(invocation, problems);
        if (request.isEmpty()) {
            throw new RunFailure(ExitCode.USAGE, problems.describe("the command line"), "see slipway rollback --help");
        }
        boolean without = !settings.isGiven(Setting.MIGRATIONS)
                && settings.get(Setting.MIGRATIONS).stream().noneMatch(Files::exists);
        MigrationFolder folder = without ? MigrationFolder.EMPTY : folder();
        return new RollbackRun(context, folder, request.get(), out, terminal);
    }

    private MigrationFolder folder() {
        var problems = new Problems();
        var warnings = new Problems();
        MigrationFolder folder = read(settings.get(Setting.MIGRATIONS), problems, warnings);
        warnings.list()
                .forEach(each ->
                        context.log().warn("a part of the folder is left out", "at", each.where(), "why", each.what()));
        if (!problems.isEmpty()) {
            throw new RunFailure(
                    ExitCode.USAGE,
                    problems.describe("the migrations"),
                    "correct the folder or its files; nothing has been run");
        }
        context.use(folder);
        return folder;
    }

    private MigrationFolder read(List<Path> locations, Problems problems, Problems warnings) {
        if (!DrizzleProject.isMeant(settings)) {
            return MigrationFolder.read(settings, problems, warnings);
        }
        DrizzleProject project = DrizzleProject.read(locations, Naming.of(settings), problems, warnings);
        context.use(new DrizzleHistory(
                project,
                DrizzleTable.of(settings),
                settings.get(Setting.BASELINE_VERSION),
                settings.get(Setting.OUT_OF_ORDER)));
        return project.folder();
    }
}
