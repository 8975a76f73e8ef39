package dev.slipway.webhook;

import dev.slipway.contract.Problems;
import dev.slipway.webhook.admission.AdmissionOutcome;
import dev.slipway.webhook.admission.Explainer;
import dev.slipway.webhook.admission.Explanation;
import dev.slipway.webhook.config.ConfigKey;
import dev.slipway.webhook.config.ImageVolumes;
import dev.slipway.webhook.config.KubernetesVersion;
import dev.slipway.webhook.config.WebhookConfig;
import dev.slipway.webhook.injection.InjectionPlanner;
import dev.slipway.webhook.manifest.Manifest;
import dev.slipway.webhook.manifest.ManifestReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code explain}: reads manifests and prints what would happen to their pods, without a cluster. */
final class ExplainCommand {
    private static final List<String> OPTIONS =
            List.of("-f", "--filename", "-o", "--output", "--kubernetes-version", "--help");
    private static final Pattern VERSION = Pattern.compile("v?([0-9]{1,3})\\.([0-9]{1,3})([.+-].*)?");
    /** Assumed, and reported, if the version makes a difference. */
    private static final KubernetesVersion ASSUMED = new KubernetesVersion(1, 35);

    private static final String ASSUMPTION = "assumes Kubernetes " + ASSUMED
            + " or newer, which mounts images as volumes; --kubernetes-version shows another";

    static final String HELP = """
            slipway-webhook explain [-f FILE]... [-o yaml|diff|patch|text|json] [--kubernetes-version 1.34]

            Reads manifests as kubectl does (files, or standard input) and prints what the webhook would do to their pods,
            without a cluster. Its configuration comes from the variables that --help lists.

              -f, --filename FILE            a file with YAML or JSON; may be repeated; - is standard input
              -o, --output yaml              the resulting pods, with the decision as a comment (the default)
                           diff              what changes in the pods, line by line
                           patch             the JSON patch, for one pod
                           text              decision, order of the init containers, and patch
                           json              everything, for programs
              --kubernetes-version VERSION   that of the cluster, which decides how images get into the pod

            Exit codes: 0 every pod would start, 1 one would be refused, 2 usage, or a file that cannot be read.""";

    private final WebhookConfig config;
    private final String version;
    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;
    private final List<String> files = new ArrayList<>();
    private ExplainOutput output = ExplainOutput.YAML;
    private Optional<KubernetesVersion> kubernetes = Optional.empty();

    /** @param version of the webhook */
    ExplainCommand(WebhookConfig config, String version, InputStream in, PrintStream out, PrintStream err) {
        this.config = config;
        this.version = version;
        this.in = in;
        this.out = out;
        this.err = err;
    }

    /**
     * @param arguments those after {@code explain}
     * @return whether no object would be refused
     * @throws IOException if an argument is wrong, a file cannot be read, or nothing in it has pods; the message says
     *     which
     */
    boolean run(Deque<String> arguments) throws IOException {
        read(arguments);
        var explanations = new ArrayList<Explanation>();
        for (String file : files.isEmpty() ? List.of("-") : files) {
            try {
                explain(file, explanations);
            } catch (IOException unreadable) {
                throw new IOException((file.equals("-") ? "" : file + ": ") + reason(unreadable), unreadable);
            }
        }
        output.print(explanations, out);
        if (output == ExplainOutput.PATCH) {
            // A patch has no place for a comment.
            explanations.forEach(
                    each -> each.problems().forEach(problem -> err.println(each.subject() + ": " + problem)));
        }
        return explanations.stream().noneMatch(each -> each.outcome() == AdmissionOutcome.DENIED);
    }

    private void read(Deque<String> arguments) throws IOException {
        var problems = new Problems();
        while (!arguments.isEmpty()) {
            String argument = arguments.removeFirst();
            int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
            String option = equals < 0 ? argument : argument.substring(0, equals);
            if (!OPTIONS.contains(option)) {
                problems.add(
                        "explain",
                        "takes -f FILE, -o yaml|diff|patch|text|json and --kubernetes-version, not '" + option
                                + "'; see explain --help");
                continue;
            }
            String value = equals < 0 ? arguments.pollFirst() : argument.substring(equals + 1);
            if (value == null || value.isEmpty()) {
                problems.add(option, "needs a value");
            } else {
                take(option, value, problems);
            }
        }
        if (!problems.isEmpty()) {
            throw new IOException(problems.list().stream()
                    .map(Object::toString)
                    .reduce((a, b) -> a + "\n" + b)
                    .orElseThrow());
        }
    }

    private void take(String option, String value, Problems problems) {
        switch (option) {
            case "-f", "--filename" -> files.add(value);
            case "-o", "--output" ->
                ExplainOutput.named(value)
                        .ifPresentOrElse(
                                found -> output = found,
                                () -> problems.badValue(option, value, "one of yaml, diff, patch, text, json"));
            default -> {
                Matcher parts = VERSION.matcher(value);
                if (parts.matches()) {
                    kubernetes = Optional.of(
                            new KubernetesVersion(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2))));
                } else {
                    problems.badValue(option, value, "a version such as 1.34");
                }
            }
        }
    }

    private void explain(String file, List<Explanation> explanations) throws IOException {
        int before = explanations.size();
        var planner = new InjectionPlanner(config.injectionDefaults(version, Optional.of(kubernetes.orElse(ASSUMED))));
        var explainer = new Explainer(planner);
        try (InputStream manifests = file.equals("-") ? in : Files.newInputStream(Path.of(file))) {
            for (Manifest manifest : ManifestReader.read(manifests)) {
                explainer
                        .explain(manifest.object())
                        .map(this::withAssumption)
                        .map(explanation -> explanation.refusedFor(manifest.unquoted().stream()
                                .map(Object::toString)
                                .toList()))
                        .ifPresent(explanations::add);
            }
        }
        if (explanations.size() == before) {
            throw new IOException("the input holds no pod and no workload with a pod template");
        }
    }

    private Explanation withAssumption(Explanation explanation) {
        boolean matters = kubernetes.isEmpty()
                && config.get(ConfigKey.IMAGE_VOLUMES) == ImageVolumes.AUTO
                && explanation.patch().stream()
                        .flatMap(patch -> patch.findValues("image").stream())
                        .anyMatch(image -> image.has("reference"));
        return matters ? explanation.warningOf(ASSUMPTION) : explanation;
    }

    private static String reason(IOException unreadable) {
        if (unreadable instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (unreadable instanceof AccessDeniedException) {
            return "may not be read by this user";
        }
        return String.valueOf(unreadable.getMessage());
    }
}
