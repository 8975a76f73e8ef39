package dev.slipway.migrator;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.LogFormat;
import dev.slipway.contract.Problems;
import dev.slipway.contract.RunOutcome;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.contract.cli.Invocation;
import dev.slipway.migrator.cli.Command;
import dev.slipway.migrator.cli.CommandLine;
import dev.slipway.migrator.cli.Option;
import dev.slipway.migrator.command.CommandRun;
import dev.slipway.migrator.command.LintRun;
import dev.slipway.migrator.config.MigratorConfig;
import dev.slipway.migrator.config.SettingsFile;
import dev.slipway.migrator.database.DotEnv;
import dev.slipway.migrator.drizzle.DrizzleProject;
import dev.slipway.migrator.files.Naming;
import dev.slipway.migrator.files.NewMigration;
import dev.slipway.migrator.metrics.MetricsPush;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.report.RunReport;
import dev.slipway.migrator.report.Terminal;
import dev.slipway.migrator.report.TerminationMessage;
import dev.slipway.migrator.session.Termination;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One invocation of the program: turns the command line into a configuration, runs the command, and turns its report
 * into log lines, a termination message and an exit code.
 */
final class Program {
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;

    private final Map<String, String> env;
    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;
    private final Clock clock;
    private final Termination termination;
    private final long startNanos;
    private final AtomicBoolean reported = new AtomicBoolean();
    private volatile @Nullable Running running;

    /** What is needed to write a report, on the thread that has to write it. */
    private record Running(String command, Settings settings, EventLog log) {}

    Program(
            Map<String, String> env,
            InputStream in,
            PrintStream out,
            PrintStream err,
            Clock clock,
            Termination termination,
            long startNanos) {
        this.env = Settings.counted(env);
        this.in = in;
        this.out = out;
        this.err = err;
        this.clock = clock;
        this.termination = termination;
        this.startNanos = startNanos;
    }

    ExitCode run(String[] args) {
        var problems = new Problems();
        var commandLine = new CommandLine(terminal(Settings.DEFAULTS, STDOUT));
        Invocation<Command> invocation = commandLine.parse(args, problems);
        if (invocation instanceof Invocation.Answer<Command> answer) {
            out.print(answer.text());
            return ExitCode.OK;
        }
        if (invocation instanceof Invocation.Run<Command> run) {
            return run(run, CommandLine.settings(run, env, file(run, problems), problems), problems);
        }
        if (problems.isEmpty()) {
            err.print(commandLine.overview());
            return ExitCode.USAGE;
        }
        return refuse("slipway", Settings.fromEnv(env, new Problems()), problems);
    }

    private ExitCode run(Invocation.Run<Command> run, Settings settings, Problems problems) {
        if (!connects(run)) {
            return problems.isEmpty()
                    ? offline(run, settings)
                    : refuse(run.verb().word(), settings, problems);
        }
        DotEnv dotEnv = isInPod() || !DotEnv.exists() ? null : DotEnv.read(settings, env, problems);
        MigratorConfig config = dotEnv == null
                ? MigratorConfig.read(settings, env, problems)
                : MigratorConfig.read(settings, env, dotEnv, problems);
        if (config == null || !problems.isEmpty()) {
            return refuse(run.verb().word(), settings, problems);
        }
        EventLog log = log(settings, resultsGoToStdout(run) ? STDERR : STDOUT);
        Settings.unknownEnv(env)
                .forEach((name, suggestion) ->
                        log.warn("unknown variable, ignored", "name", name, "didYouMean", suggestion));
        if (dotEnv != null && dotEnv.isOpenToOthers()) {
            log.warn("other users can read the password in .env; let its mode be 600");
        }
        running = new Running(run.verb().word(), settings, log);
        RunReport report =
                new CommandRun(run, config, log, out, terminal(settings, STDOUT), termination, startNanos).run();
        ExitCode code = report(report, settings, log);
        if (wantsMetrics(settings)) {
            new MetricsPush(settings, config.identity(), log, clock).push(report);
        }
        return code;
    }

    private static boolean connects(Invocation.Run<Command> run) {
        return run.verb() == Command.LINT
                ? run.has(Option.DATABASE)
                : run.verb().connects();
    }

    private ExitCode offline(Invocation.Run<Command> run, Settings settings) {
        return run.verb() == Command.LINT
                ? report(LintRun.offline(run, settings, out, startNanos), settings, log(settings, STDERR))
                : write(run, settings);
    }

    /** The settings in a file: the named one, else {@code slipway.toml} in the current folder. */
    private Settings file(Invocation.Run<Command> run, Problems problems) {
        List<String> flags = run.all(Setting.CONFIG.flag());
        String named = flags.isEmpty() ? env.getOrDefault(Setting.CONFIG.env(), "") : flags.get(0);
        if (named.isEmpty()) {
            return isInPod() || !SettingsFile.exists() ? Settings.DEFAULTS : SettingsFile.read(problems);
        }
        if (isInPod()) {
            problems.add(
                    flags.isEmpty() ? Setting.CONFIG.env() : Setting.CONFIG.flag(),
                    "is not read in a pod, whose settings are its annotations and variables; leave it out");
            return Settings.DEFAULTS;
        }
        return SettingsFile.read(named, problems);
    }

    /**
     * In a pod no file of settings is read, not even a named one: it could come from an image of migrations, and would
     * change what the gate has checked. Neither variable can be taken away from a container of ours.
     */
    private boolean isInPod() {
        return env.containsKey("KUBERNETES_SERVICE_HOST") || env.containsKey(Setting.POD_NAME.env());
    }

    private ExitCode write(Invocation.Run<Command> run, Settings settings) {
        var problems = new Problems();
        if (DrizzleProject.isMeant(settings)) {
            problems.add(
                    Setting.MIGRATIONS.flag(),
                    settings.get(Setting.MIGRATIONS).get(0)
                            + " is a folder of Drizzle, whose snapshots only drizzle-kit"
                            + " writes; make the migration with 'npx drizzle-kit generate --custom --name=NAME'");
            return refuse(run.verb().word(), settings, problems);
        }
        Optional<NewMigration> written = NewMigration.write(
                settings.get(Setting.MIGRATIONS),
                Naming.of(settings),
                run.operands().get(0),
                LocalDateTime.now(clock),
                problems);
        if (written.isEmpty()) {
            return refuse(run.verb().word(), settings, problems);
        }
        var report = new RunReport(
                run.verb().word(),
                ExitCode.OK,
                RunOutcome.APPLIED,
                "wrote " + written.get().migration() + ", and " + written.get().undo() + " to undo it",
                "",
                Optional.empty(),
                List.of(),
                Duration.ZERO,
                elapsed(),
                Map.of());
        return report(report, settings, log(settings, STDOUT));
    }

    /** Checked here, so that a run without metrics loads none of their classes. */
    private static boolean wantsMetrics(Settings settings) {
        return settings.get(Setting.PUSH_GATEWAY).isPresent()
                || settings.get(Setting.OTLP_ENDPOINT).isPresent();
    }

    private ExitCode refuse(String word, Settings settings, Problems problems) {
        var report = new RunReport(
                word,
                ExitCode.USAGE,
                RunOutcome.FAILED,
                problems.describe("the configuration"),
                ExitCode.USAGE.wayOut(),
                Optional.empty(),
                List.of(),
                Duration.ZERO,
                elapsed(),
                Map.of());
        return report(report, settings, log(settings, formatIsAsked(settings) ? STDOUT : STDERR));
    }

    /**
     * Reports a run that SIGTERM did not end in time, for example because the database does not answer, before the
     * process is killed. Does nothing if the run has already reported. Returns within {@code patience}, even if the log
     * is not being read.
     */
    void reportForRun(Duration patience) throws InterruptedException {
        Running cut = running;
        if (cut != null) {
            var writer = new Thread(() -> report(cutOff(cut), cut.settings(), cut.log()), "last-words");
            writer.setDaemon(true);
            writer.start();
            writer.join(patience.toMillis());
        }
    }

    private RunReport cutOff(Running cut) {
        return new RunReport(
                cut.command(),
                ExitCode.TERMINATED,
                RunOutcome.TERMINATED,
                "ended by SIGTERM; the database did not end the running statement in time, so the connection was cut:"
                        + " the server rolls back what it had not committed, as soon as it notices",
                "",
                Optional.empty(),
                List.of(),
                Duration.ZERO,
                elapsed(),
                Map.of());
    }

    /** Reports only once, because the run and the end of the process may get here at the same time. */
    private ExitCode report(RunReport report, Settings settings, EventLog log) {
        if (reported.compareAndSet(false, true)) {
            writeTerminationMessage(report, settings, log);
            (report.exitCode() == ExitCode.USAGE && !formatIsAsked(settings) ? log.asText() : log).result(report);
        }
        return report.exitCode();
    }

    /** Written before the log line, because a slow reader of the log may block that. */
    private static void writeTerminationMessage(RunReport report, Settings settings, EventLog log) {
        Path terminationLog = settings.get(Setting.TERMINATION_LOG);
        if (settings.isGiven(Setting.TERMINATION_LOG) || Files.isWritable(terminationLog)) {
            TerminationMessage.write(report, terminationLog, log);
        }
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    /** Where standard output is the answer to a question, the log stays out of it. */
    private static boolean resultsGoToStdout(Invocation.Run<Command> run) {
        return run.has(Option.JSON)
                || run.verb() == Command.STATUS
                || run.verb() == Command.PLAN
                || run.verb() == Command.LINT;
    }

    /** Mistakes are text for people, unless a log is collected: in a pod, or if a format was asked for. */
    private static boolean formatIsAsked(Settings settings) {
        return settings.isGiven(Setting.LOG_FORMAT) || settings.isGiven(Setting.POD_NAME);
    }

    private Terminal terminal(Settings settings, int descriptor) {
        String device = device(descriptor);
        boolean colour = Terminal.wantsColour(settings.get(Setting.COLOR), env, device != null);
        if (device == null && !colour) {
            return Terminal.NONE;
        }
        boolean canAnswer = descriptor == STDOUT && device != null && device(STDIN) != null;
        return new Terminal(
                colour,
                device == null ? null : new TerminalSize(env, new File(device)),
                canAnswer ? Optional.of(in) : Optional.empty());
    }

    private EventLog log(Settings settings, int descriptor) {
        var pod = new LinkedHashMap<String, Object>();
        settings.get(Setting.POD_NAMESPACE).ifPresent(name -> pod.put("namespace", name));
        settings.get(Setting.POD_NAME).ifPresent(name -> pod.put("pod", name));
        LogFormat format = settings.get(Setting.LOG_FORMAT);
        boolean json = format == LogFormat.JSON || (format == LogFormat.AUTO && device(descriptor) == null);
        PrintStream to = descriptor == STDERR ? err : out;
        return new EventLog(to, json, clock, pod, json ? Terminal.NONE : terminal(settings, descriptor));
    }

    /**
     * The terminal at the file descriptor; null if it is something else. Reads the link of the descriptor, because the
     * console of newer JDKs loads a line editor to find out.
     */
    private static @Nullable String device(int descriptor) {
        try {
            String device = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") ? device : null;
        } catch (IOException | UnsupportedOperationException noProcfs) {
            return TerminalSize.isTerminal(descriptor) ? "/dev/tty" : null;
        }
    }
}
