package dev.slipway.webhook.watch;

import dev.slipway.contract.RunOutcome;
import dev.slipway.webhook.injection.OwnContainers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Something that people should read about a pod, before it is known on which object it is written, and whether it is.
 *
 * @param warning otherwise normal
 * @param cause the same for every repetition of this
 * @param id another one for every repetition
 * @param message one line, at most {@link #MAX_MESSAGE} bytes
 * @param onPod whether the pod itself shows it as well as its owner
 */
record Occurrence(
        PodSnapshot pod,
        String reason,
        boolean warning,
        String cause,
        String id,
        Instant at,
        String message,
        boolean onPod) {
    /** Kubernetes' limit for the note of an Event. */
    static final int MAX_MESSAGE = 1024;

    static final String APPLIED = "MigrationApplied";
    static final String WAITING = "MigrationWaiting";
    static final String FAILED = "MigrationFailed";
    static final String STUCK = "MigrationStuck";

    private static final int SHOWN_SCRIPTS = 20;
    private static final String OUT_OF_MEMORY = "OOMKilled";

    /** Empty for what needs no attention: nothing to do, waited, ended by SIGTERM, or counted before. */
    static Optional<Occurrence> of(EndedRun run, Instant now) {
        if (!run.isNew()) {
            return Optional.empty();
        }
        if (run.failed()) {
            return Optional.of(failed(run, now));
        }
        return run.migration()
                .filter(report -> report.outcome() == RunOutcome.APPLIED)
                .map(report -> applied(run, report, now));
    }

    /** A migrate container that has not ended for a while: it migrates, or waits for the replica that does. */
    static Occurrence waiting(PodSnapshot pod, Duration threshold, Instant now) {
        String message =
                "%s of pod %s has been running for over %d s: it migrates, or waits for the replica that does; %s"
                        .formatted(
                                OwnContainers.MIGRATE,
                                pod.name(),
                                threshold.toSeconds(),
                                look(pod, OwnContainers.MIGRATE, ""));
        return new Occurrence(pod, WAITING, false, "", pod.uid(), now, bounded(message), true);
    }

    /** A pod in which one of our containers has not been able to start for a while. */
    static Occurrence stuck(PodSnapshot pod, Hindrance hindrance, Duration threshold, Instant now) {
        String describe = "kubectl describe pod -n " + pod.namespace() + " " + pod.name();
        String wayOut = switch (hindrance.kind()) {
            case IMAGE ->
                "check name and tag of the image (slipway.dev/image, slipway.dev/migrations-from), the"
                        + " imagePullSecrets of the pod, and whether its node reaches the registry";
            case CONFIGURATION ->
                "a Secret or ConfigMap that is missing belongs into namespace " + pod.namespace()
                        + "; what needs it stands in the container that slipway.dev/database-from names";
            case CONTAINER -> describe + " tells more";
            case VOLUME ->
                (hindrance.seen().isEmpty()
                                ? ""
                                : "create what is missing of " + hindrance.seen() + " in namespace " + pod.namespace()
                                        + "; ")
                        + describe + " tells what is missing, as FailedMount";
        };
        String what = hindrance.kind() == Hindrance.Kind.VOLUME
                ? "no container of pod %s has started for over %d s: its node could not mount a volume, or gives it no network"
                        .formatted(pod.name(), threshold.toSeconds())
                : "%s of pod %s has not started for over %d s: %s (%s)"
                        .formatted(
                                hindrance.container(),
                                pod.name(),
                                threshold.toSeconds(),
                                hindrance.seen(),
                                hindrance.reason());
        String message = what + ". Way out: " + wayOut + ". The kubelet goes on by itself";
        String cause = hindrance.kind().label() + " " + hindrance.container();
        return new Occurrence(pod, STUCK, true, cause, pod.uid() + " " + cause, now, bounded(message), true);
    }

    private static Occurrence applied(EndedRun run, ReportedRun report, Instant now) {
        String version =
                report.schemaVersion().map(each -> ", schema version " + each).orElse("");
        String message = "pod %s applied %s in %s%s%s"
                .formatted(
                        run.pod().name(),
                        report.appliedCount() == 1 ? "1 migration" : report.appliedCount() + " migrations",
                        seconds(report.duration()),
                        version,
                        scripts(report.applied()));
        return occurrence(run, APPLIED, false, "", now, message, false);
    }

    private static Occurrence failed(EndedRun run, Instant now) {
        String what = run.report().map(Occurrence::sentences).orElseGet(() -> withoutReport(run));
        String message =
                "%s of pod %s: %s".formatted(run.container().name(), run.pod().name(), what);
        String cause = run.container().name() + " " + run.termination().exitCode() + " "
                + run.report()
                        .map(ReportedRun::sentence)
                        .orElse(run.termination().reason());
        return occurrence(run, FAILED, true, cause, now, message, true);
    }

    private static Occurrence occurrence(
            EndedRun run, String reason, boolean warning, String cause, Instant now, String message, boolean onPod) {
        return new Occurrence(
                run.pod(), reason, warning, cause, run.termination().id(), now, bounded(message), onPod);
    }

    private static String sentences(ReportedRun report) {
        return report.wayOut().isEmpty() ? report.sentence() : report.sentence() + ". Way out: " + report.wayOut();
    }

    private static String withoutReport(EndedRun run) {
        ContainerEnd end = run.termination();
        String why = end.reason().isEmpty() ? "" : " (" + end.reason() + ")";
        String wayOut = end.reason().equals(OUT_OF_MEMORY)
                ? "raise slipway.dev/limits-memory"
                : look(run.pod(), run.container().name(), " --previous");
        return "ended with exit code " + end.exitCode() + why + " and left no report; " + wayOut;
    }

    private static String look(PodSnapshot pod, String container, String option) {
        return "kubectl logs -n " + pod.namespace() + " " + pod.name() + " -c " + container + option + " tells";
    }

    private static String scripts(List<String> applied) {
        if (applied.isEmpty()) {
            return "";
        }
        String more = applied.size() > SHOWN_SCRIPTS ? ", …" : "";
        return ": " + String.join(", ", applied.subList(0, Math.min(applied.size(), SHOWN_SCRIPTS))) + more;
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }

    private static String bounded(String message) {
        return PlainText.of(message, MAX_MESSAGE);
    }
}
