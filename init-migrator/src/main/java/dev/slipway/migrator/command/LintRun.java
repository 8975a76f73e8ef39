package dev.slipway.migrator.command;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Problems;
import dev.slipway.contract.RunOutcome;
import dev.slipway.contract.Settings;
import dev.slipway.contract.cli.Invocation;
import dev.slipway.migrator.cli.Command;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.lint.LintRequest;
import dev.slipway.migrator.lint.LintResult;
import dev.slipway.migrator.lint.LintSource;
import dev.slipway.migrator.report.RunReport;
import dev.slipway.migrator.run.ReadRun;
import dev.slipway.migrator.run.RunContext;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code slipway lint}: judges the scripts that are not released yet; changes nothing. */
public final class LintRun {
    private final LintRequest request;
    private final PrintStream out;

    private LintRun(LintRequest request, PrintStream out) {
        this.request = request;
        this.out = out;
    }

    /** Without a database. Never throws because of the files. */
    public static RunReport offline(
            Invocation.Run<Command> invocation, Settings settings, PrintStream out, long startNanos) {
        try {
            LintRun run = of(invocation, out);
            return run.report(new LintSource(settings, run.request).judge(), startNanos);
        } catch (RunFailure failure) {
            return report(
                    failure.exitCode(), RunOutcome.FAILED, failure.sentence(), failure.wayOut(), Map.of(), startNanos);
        }
    }

    /** With the history of a database as what is released. */
    static RunReport online(RunContext context, Invocation.Run<Command> invocation, PrintStream out, long startNanos) {
        LintRun run = of(invocation, out);
        var source = new LintSource(context.settings(), run.request);
        RunContext.Compared seen =
                ReadRun.look(context, connection -> context.lookAsAdopted(source.folder(), connection));
        return run.report(source.judge(seen.rows(), seen.comparison().applied()), startNanos);
    }

    private static LintRun of(Invocation.Run<Command> invocation, PrintStream out) {
        var problems = new Problems();
        Optional<LintRequest> request = LintRequest.read(invocation, problems);
        if (request.isEmpty()) {
            throw new RunFailure(ExitCode.USAGE, problems.describe("the command line"), "see slipway lint --help");
        }
        return new LintRun(request.get(), out);
    }

    private RunReport report(LintResult result, long startNanos) {
        out.print(request.format().write(result));
        out.flush();
        boolean fails = result.failsOn(request.failOn());
        return report(
                fails ? ExitCode.HISTORY_DIFFERS : ExitCode.OK,
                fails ? RunOutcome.FAILED : RunOutcome.CHECKED,
                result.summary(),
                fails ? "do what each finding says, or accept it with a reason beside its statement" : "",
                Map.of(),
                startNanos);
    }

    private static RunReport report(
            ExitCode code,
            RunOutcome outcome,
            String message,
            String wayOut,
            Map<String, Object> details,
            long startNanos) {
        return new RunReport(
                Command.LINT.word(),
                code,
                outcome,
                message,
                wayOut,
                Optional.empty(),
                List.of(),
                Duration.ZERO,
                Duration.ofNanos(System.nanoTime() - startNanos),
                details);
    }
}
