package dev.slipway.webhook;

import dev.slipway.contract.Problems;
import dev.slipway.contract.cli.Invocation;
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
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code explain}: reads manifests and prints what would happen to their pods, without a cluster. */
final class ExplainCommand {
    private static final Pattern VERSION = Pattern.compile("v?([0-9]{1,3})\\.([0-9]{1,3})([.+-].*)?");
    /** Assumed, and reported, if the version makes a difference. */
    private static final KubernetesVersion ASSUMED = new KubernetesVersion(1, 35);

    private static final String ASSUMPTION = "assumes Kubernetes " + ASSUMED
            + " or newer, which mounts images as volumes; --kubernetes-version shows another";

    private final String version;
    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;
    private final List<String> files;
    private final ExplainOutput output;
    private final Optional<KubernetesVersion> kubernetes;

    /** @param version of the webhook */
    ExplainCommand(
            Invocation.Run<Command> run,
            Problems problems,
            String version,
            InputStream in,
            PrintStream out,
            PrintStream err) {
        this.version = version;
        this.in = in;
        this.out = out;
        this.err = err;
        this.files = run.has(Option.FILE) ? run.all(Option.FILE) : List.of("-");
        this.output = output(run.one(Option.OUTPUT).orElse("yaml"), problems);
        this.kubernetes = run.one(Option.KUBERNETES_VERSION).flatMap(text -> kubernetes(text, problems));
    }

    private static ExplainOutput output(String word, Problems problems) {
        Optional<ExplainOutput> output = ExplainOutput.named(word);
        if (output.isEmpty()) {
            problems.badValue(Option.OUTPUT.name(), word, "one of yaml, diff, patch, text, json");
        }
        return output.orElse(ExplainOutput.YAML);
    }

    private static Optional<KubernetesVersion> kubernetes(String text, Problems problems) {
        Matcher parts = VERSION.matcher(text);
        if (!parts.matches()) {
            problems.badValue(Option.KUBERNETES_VERSION.name(), text, "a version such as 1.34");
            return Optional.empty();
        }
        return Optional.of(new KubernetesVersion(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2))));
    }

    /**
     * @return whether no object would be refused
     * @throws IOException if a file cannot be read, or nothing in it has pods; the message says which
     */
    boolean run(WebhookConfig config) throws IOException {
        var explanations = new ArrayList<Explanation>();
        for (String file : files) {
            try {
                explain(file, config, explanations);
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

    private void explain(String file, WebhookConfig config, List<Explanation> explanations) throws IOException {
        int before = explanations.size();
        var planner = new InjectionPlanner(config.injectionDefaults(version, Optional.of(kubernetes.orElse(ASSUMED))));
        var explainer = new Explainer(planner);
        try (InputStream manifests = file.equals("-") ? in : Files.newInputStream(Path.of(file))) {
            for (Manifest manifest : ManifestReader.read(manifests)) {
                explainer
                        .explain(manifest.object())
                        .map(explanation -> withAssumption(explanation, config))
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

    private Explanation withAssumption(Explanation explanation, WebhookConfig config) {
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
