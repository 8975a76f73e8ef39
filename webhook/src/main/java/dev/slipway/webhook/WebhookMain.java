package dev.slipway.webhook;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Suggestion;
import dev.slipway.contract.Version;
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
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The command line. Exit codes: 0 done, 1 refused or failed, 2 usage or configuration. */
public final class WebhookMain {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final List<String> WORDS = List.of("serve", "explain", "old-pods", "--help", "--version");

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
        var rest = new ArrayDeque<>(Arrays.asList(args));
        String command = rest.isEmpty() ? "serve" : rest.removeFirst();
        return switch (command) {
            case "serve" -> rest.isEmpty() ? serve() : usage("serve takes no arguments; it is configured by variables");
            case "explain" -> explain(rest);
            case "old-pods" -> oldPods(rest);
            case "--help", "-h", "help" -> print(help());
            case "--version", "version" -> print("slipway-webhook " + version);
            default -> usage("unknown command '" + command + "'" + suggestion(command));
        };
    }

    private static boolean isServing(String[] args) {
        return args.length == 0 || args[0].equals("serve");
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

    private int explain(Deque<String> arguments) {
        if (arguments.contains("--help") || arguments.contains("-h")) {
            return print(ExplainCommand.HELP);
        }
        var problems = new Problems();
        WebhookConfig config = WebhookConfig.fromEnv(env, problems);
        if (!problems.isEmpty()) {
            return usage(problems.describe("the environment"));
        }
        try {
            return new ExplainCommand(config, version, in, out, err).run(arguments) ? OK : FAILED;
        } catch (IOException unreadable) {
            return usage(String.valueOf(unreadable.getMessage()));
        }
    }

    private int oldPods(Deque<String> options) {
        var problems = new Problems();
        Optional<OldPodsCommand> command = OldPodsCommand.read(options, problems);
        if (command.isEmpty()) {
            return usage(problems.describe("the command line"));
        }
        return command.get().run(out, err) ? OK : FAILED;
    }

    private int print(String text) {
        out.println(text);
        return OK;
    }

    private int usage(String problem) {
        err.println(problem);
        return USAGE;
    }

    private int fail(String problem) {
        err.println(problem);
        return FAILED;
    }

    private static String suggestion(String command) {
        return Suggestion.closest(command, WORDS)
                .map(closest -> "; did you mean " + closest + "?")
                .orElse("; see --help");
    }

    private static String help() {
        var text = new StringBuilder("""
                Injects the migrator's init containers into pods that opt in.

                  slipway-webhook [serve]                        answer AdmissionReviews until SIGTERM
                  slipway-webhook explain [-f FILE] [-o yaml]    what would happen to a manifest (default: standard input);
                                                                 explain --help has more
                  slipway-webhook old-pods --deployment NAME ... [--oldest-version VERSION] [--namespace NAME]
                                                                 refuse while pods of an older revision run;
                                                                 also --statefulset NAME, --daemonset NAME
                  slipway-webhook --help | --version

                Variables (every one may be left out):
                """);
        for (ConfigKey<?> key : ConfigKey.all()) {
            text.append("  ").append(key.env()).append('\n');
            text.append("      ").append(key.help());
            if (!key.defaultText().isEmpty()) {
                text.append(" (").append(key.defaultText()).append(')');
            }
            text.append('\n');
        }
        return text.toString().stripTrailing();
    }
}
