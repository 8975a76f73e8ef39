package dev.slipway.webhook;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Version;
import dev.slipway.contract.cli.Arguments;
import dev.slipway.contract.cli.Invocation;
import dev.slipway.webhook.cluster.Cluster;
import dev.slipway.webhook.cluster.ClusterClient;
import dev.slipway.webhook.config.CertificateMode;
import dev.slipway.webhook.config.ConfigKey;
import dev.slipway.webhook.config.KubernetesVersion;
import dev.slipway.webhook.config.Watching;
import dev.slipway.webhook.config.WebhookConfig;
import dev.slipway.webhook.log.EventLog;
import dev.slipway.webhook.log.JsonLog;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The command line. Exit codes: 0 done, 1 refused or failed, 2 usage or configuration. */
public final class WebhookMain {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final String COMMAND_LINE = "the command line";

    private final Map<String, String> env;
    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;
    private final String version = Version.of(WebhookMain.class);

    WebhookMain(Map<String, String> env, InputStream in, PrintStream out, PrintStream err) {
        this.env = env;
        this.in = in;
        this.out = out;
        this.err = err;
    }

    public static void main(String[] args) {
        int code = new WebhookMain(System.getenv(), System.in, System.out, System.err).run(args);
        if (code != OK || !isServing(args)) {
            System.exit(code);
        }
    }

    /** @return the exit code; after a successful {@code serve}, the event loops keep the process alive */
    int run(String... args) {
        var problems = new Problems();
        Invocation<Command> invocation = Arguments.parse(new WebhookCli(), args, problems);
        if (invocation instanceof Invocation.Answer<Command> answer) {
            out.print(answer.text());
            return OK;
        }
        if (invocation instanceof Invocation.Run<Command> run) {
            return switch (run.verb()) {
                case SERVE -> problems.isEmpty() ? serve() : usage(problems.describe(COMMAND_LINE));
                case EXPLAIN -> explain(run, problems);
                case CHECK -> check(run, problems);
                case OLD_PODS -> oldPods(run, problems);
            };
        }
        return usage(problems.describe(COMMAND_LINE));
    }

    private static boolean isServing(String[] args) {
        return Arguments.parse(new WebhookCli(), args, new Problems()) instanceof Invocation.Run<Command> run
                && run.verb() == Command.SERVE;
    }

    private int serve() {
        JsonLog.install(out);
        var log = new EventLog(WebhookMain.class);
        var problems = new Problems();
        WebhookConfig config = WebhookConfig.fromEnv(env, problems);
        if (!problems.isEmpty()) {
            return usage(problems.describe("the environment"));
        }
        log.info("starting", Map.of("version", version, "configuration", config.effective()));
        Optional<ClusterClient> cluster =
                needsCluster(config) ? Optional.of(new ClusterClient(Cluster::connect)) : Optional.empty();
        Optional<KubernetesVersion> kubernetes = cluster.map(ClusterClient::get).flatMap(Cluster::version);
        var webhook = new Webhook(config, version, replica(), cluster, kubernetes, Clock.systemUTC());
        Optional<Throwable> failure = outcome(webhook.start());
        if (failure.isPresent()) {
            return fail("the webhook cannot start: " + failure.get().getMessage());
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(webhook), "drain"));
        return OK;
    }

    /** The pod's name, and what distinguishes this process from an earlier one in the pod. */
    private String replica() {
        return env.getOrDefault("HOSTNAME", "webhook") + "_" + UUID.randomUUID();
    }

    /** The kubelet gives every container the address of the API server in this variable. */
    private boolean needsCluster(WebhookConfig config) {
        return config.get(ConfigKey.CERTIFICATE_MODE) == CertificateMode.MANAGED
                || config.get(ConfigKey.WATCH) == Watching.ON
                || env.containsKey("KUBERNETES_SERVICE_HOST");
    }

    /** Waits without throwing: {@link Future#await} throws checked exceptions that no signature declares. */
    private static Optional<Throwable> outcome(Future<Void> future) {
        return future.map(Optional.<Throwable>empty()).otherwise(Optional::of).await();
    }

    private static void stop(Webhook webhook) {
        try {
            webhook.drainAndStop();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private int explain(Invocation.Run<Command> run, Problems problems) {
        var command = new ExplainCommand(run, problems, version, in, out, err);
        if (!problems.isEmpty()) {
            return usage(problems.describe(COMMAND_LINE));
        }
        WebhookConfig config = WebhookConfig.fromEnv(env, problems);
        if (!problems.isEmpty()) {
            return usage(problems.describe("the environment"));
        }
        try {
            return command.run(config) ? OK : FAILED;
        } catch (IOException unreadable) {
            return usage(String.valueOf(unreadable.getMessage()));
        }
    }

    private int check(Invocation.Run<Command> run, Problems problems) {
        if (!problems.isEmpty()) {
            return usage(problems.describe(COMMAND_LINE));
        }
        return CheckCommand.run(run, out, err) ? OK : FAILED;
    }

    private int oldPods(Invocation.Run<Command> run, Problems problems) {
        Optional<OldPodsCommand> command = OldPodsCommand.read(run, problems);
        if (command.isEmpty()) {
            return usage(problems.describe(COMMAND_LINE));
        }
        return switch (command.get().run(out, err)) {
            case ONLY_NEWEST -> OK;
            case OLD_PODS -> FAILED;
            case POINTLESS -> USAGE;
        };
    }

    private int usage(String problem) {
        err.println(problem);
        return USAGE;
    }

    private int fail(String problem) {
        err.println(problem);
        return FAILED;
    }
}
