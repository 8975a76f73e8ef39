package dev.slipway.e2e.demo;

import dev.slipway.testkit.kubelet.ContainerState;
import dev.slipway.testkit.kubelet.ContainerStatus;
import dev.slipway.testkit.kubelet.Isolation;
import dev.slipway.testkit.kubelet.Kubelet;
import dev.slipway.testkit.kubelet.PodRun;
import dev.slipway.testkit.kubelet.PodStatus;
import dev.slipway.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/**
 * The story: three pods at once, three more, a broken release. Each scene checks what it shows; a scene that goes
 * otherwise ends the demo with an exception.
 */
final class Demo {
    private static final Duration DEADLINE = Duration.ofMinutes(10);
    private static final Pattern LISTENING = Pattern.compile("listening on port ([0-9]+)");
    /** This many failed attempts are not a coincidence. */
    private static final int PATIENCE = 3;

    private static final String MIGRATE = "slipway-migrate";

    private final Screen screen;
    private final Supplier<Timeline> timelines;
    private final TestDatabase database;
    private final AdmissionClient apiServer;
    private final Kubelet kubelet;

    /** @param timelines makes a new one for each scene */
    Demo(
            Screen screen,
            Supplier<Timeline> timelines,
            TestDatabase database,
            AdmissionClient apiServer,
            Kubelet kubelet) {
        this.screen = screen;
        this.timelines = timelines;
        this.database = database;
        this.apiServer = apiServer;
        this.kubelet = kubelet;
    }

    /**
     * @param broken the next release, whose migrations fail
     * @return the pods that run at the end
     */
    List<PodRun> play(Workload workload, Workload broken) throws IOException, InterruptedException {
        List<AdmissionClient.Admitted> admitted = admission(workload);
        List<PodRun> pods = firstRollout(admitted);
        scaleOut(workload).forEach(PodRun::delete);
        brokenRelease(broken, pods);
        return pods;
    }

    private List<AdmissionClient.Admitted> admission(Workload workload) throws IOException, InterruptedException {
        screen.heading("1. The webhook admits the pods of Deployment " + workload.namespace() + "/" + workload.name());
        workload.annotations()
                .properties()
                .forEach(each -> screen.line("  annotation        " + each.getKey() + ": "
                        + each.getValue().asString()));
        List<AdmissionClient.Admitted> admitted = admit(workload, workload.replicas());
        screen.line("");
        new InjectedContainers(screen, admitted.get(0).pod()).show();
        screen.line("");
        screen.line("  " + admitted.size() + " AdmissionReviews over HTTPS, answered after "
                + String.join(
                        ", ",
                        admitted.stream().map(each -> millis(each.duration())).toList()) + ".");
        AdmissionClient.Admitted again = apiServer.admit(asSentAgain(admitted.get(0)));
        check(again.patch().isEmpty(), "a second pass over an injected pod changes it");
        screen.line("  A second pass over an injected pod returns no patch.");
        return admitted;
    }

    private List<PodRun> firstRollout(List<AdmissionClient.Admitted> admitted) {
        screen.heading("2. " + admitted.size() + " replicas start at once on an empty database");
        List<PodRun> pods = start(admitted);
        pods.forEach(this::awaitApplication);
        screen.line("");
        List<MigratorReport> reports = showReports(pods);
        check(count(reports, "applied") == 1, "not exactly one replica migrated");
        String applied = database.query("SELECT count(*) FROM flyway_schema_history WHERE success");
        check(
                database.rows("SELECT script FROM flyway_schema_history GROUP BY script HAVING count(*) > 1")
                        .isEmpty(),
                "a script was applied twice");
        screen.line("");
        screen.line(
                Screen.Tone.GOOD,
                "  One replica migrated. The history has " + applied + " scripts, each applied once; all " + pods.size()
                        + " applications run.");
        return pods;
    }

    private List<PodRun> scaleOut(Workload workload) throws IOException, InterruptedException {
        screen.heading("3. Scaled out to " + 2 * workload.replicas() + " replicas, and in again");
        List<PodRun> pods = start(admit(workload, workload.replicas()));
        pods.forEach(this::awaitApplication);
        screen.line("");
        List<MigratorReport> reports = showReports(pods);
        check(count(reports, "up-to-date") == pods.size(), "a replica found something to do");
        screen.line("");
        screen.line(Screen.Tone.GOOD, "  Nothing to do, so no lock and no wait.");
        return pods;
    }

    private void brokenRelease(Workload broken, List<PodRun> oldPods) throws IOException, InterruptedException {
        screen.heading("4. A release with a broken migration: " + broken.annotation("slipway.dev/migrations-from"));
        String before = database.query("SELECT count(*) FROM flyway_schema_history");
        // maxSurge 25 % of three is one new pod, maxUnavailable 25 % of three is none: the old ones stay.
        PodRun pod = start(admit(broken, 1)).get(0);
        PodStatus blocked = pod.await(status -> failures(status) >= 2, DEADLINE);
        pod.delete();
        screen.line("");
        describe(pod, blocked);
        check(!blocked.initialized(), "the application of the broken release started");
        check(
                database.query("SELECT count(*) FROM flyway_schema_history WHERE success")
                        .equals(before),
                "the history changed");
        for (PodRun old : oldPods) {
            check(answers(old), "pod " + old.name() + " does not answer any more");
        }
        screen.line("");
        screen.line(
                Screen.Tone.GOOD,
                "  The rollout is blocked and the schema as it was. The " + oldPods.size()
                        + " old pods were not touched: each still answers its requests.");
    }

    private List<AdmissionClient.Admitted> admit(Workload workload, int pods) throws IOException, InterruptedException {
        var admitted = new ArrayList<AdmissionClient.Admitted>();
        for (int each = 0; each < pods; each++) {
            admitted.add(apiServer.admit(workload.newPod()));
        }
        return admitted;
    }

    /** The pod with its name taken off again, as a webhook sees it that is called once more. */
    private static ObjectNode asSentAgain(AdmissionClient.Admitted admitted) {
        ObjectNode pod = (ObjectNode) admitted.pod().deepCopy();
        ((ObjectNode) pod.path("metadata")).remove("name");
        return pod;
    }

    private List<PodRun> start(List<AdmissionClient.Admitted> admitted) {
        Timeline timeline = timelines.get();
        return admitted.stream()
                .map(each -> kubelet.start(each.pod(), timeline))
                .toList();
    }

    /** The application runs and answers; it could not without the schema. */
    private void awaitApplication(PodRun pod) {
        PodStatus status = pod.await(each -> each.initialized() || failures(each) >= PATIENCE, DEADLINE);
        check(status.initialized(), "pod " + pod.name() + " does not get past its init containers");
        pod.await(each -> isRunning(each, applicationOf(pod)), DEADLINE);
        pod.process(applicationOf(pod)).orElseThrow().awaitLine(LISTENING.asPredicate(), DEADLINE);
        check(answers(pod), "pod " + pod.name() + " does not answer");
    }

    private List<MigratorReport> showReports(List<PodRun> pods) {
        screen.line(Screen.Tone.FAINT, String.format("  %-26s  %-11s  %9s  %9s", "pod", "outcome", "waited", "in all"));
        return pods.stream().map(this::showReport).toList();
    }

    private MigratorReport showReport(PodRun pod) {
        MigratorReport report = report(pod)
                .orElseThrow(() ->
                        new IllegalStateException("pod " + pod.name() + " has no report in its termination message"));
        screen.line(String.format(
                "  %-26s  %-11s  %9s  %9s",
                pod.name(), report.outcome(), Durations.format(report.waited()), Durations.format(report.duration())));
        return report;
    }

    private void describe(PodRun pod, PodStatus status) {
        ContainerStatus migrate = status.container(MIGRATE).orElseThrow();
        ContainerState.Terminated last = migrate.termination().orElseThrow();
        MigratorReport report = MigratorReport.of(last)
                .orElseThrow(() -> new IllegalStateException("no report in the termination message"));
        screen.line("  kubectl describe pod " + pod.name());
        screen.line("    " + MIGRATE + "  CrashLoopBackOff, restarts: " + migrate.restarts() + ", exit code: "
                + last.exitCode());
        screen.paragraph(Screen.Tone.BAD, "      ", report.message());
        screen.paragraph(Screen.Tone.PLAIN, "      ", "Way out: " + report.wayOut());
        check(last.exitCode() == 5, "the exit code is not 5");
    }

    private Optional<MigratorReport> report(PodRun pod) {
        return pod.status()
                .container(MIGRATE)
                .flatMap(ContainerStatus::termination)
                .flatMap(MigratorReport::of);
    }

    /** How many attempts of init containers have failed so far. */
    private static int failures(PodStatus status) {
        return status.initContainers().stream()
                .mapToInt(ContainerStatus::restarts)
                .sum();
    }

    private static String applicationOf(PodRun pod) {
        return pod.pod().at("/spec/containers/0/name").asString();
    }

    private static boolean isRunning(PodStatus status, String container) {
        return status.container(container).orElseThrow().state() instanceof ContainerState.Running;
    }

    private static boolean answers(PodRun pod) {
        return url(pod).map(each -> each.resolve("/healthz")).filter(Demo::isOk).isPresent();
    }

    /** Where the application of a pod listens; empty if it does not run. */
    static Optional<URI> url(PodRun pod) {
        return pod.process(applicationOf(pod))
                .map(process -> LISTENING.matcher(process.text()))
                .filter(Matcher::find)
                .map(port -> URI.create("http://127.0.0.1:" + port.group(1) + "/"));
    }

    private static boolean isOk(URI url) {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(10)).build();
            return HttpClient.newHttpClient()
                            .send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException unreachable) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static long count(List<MigratorReport> reports, String outcome) {
        return reports.stream().filter(each -> each.outcome().equals(outcome)).count();
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    private static String millis(Duration duration) {
        return duration.toMillis() + " ms";
    }

    /** How containers run here, for the introduction. */
    static String describe(Isolation isolation) {
        return isolation == Isolation.MOUNT_NAMESPACE
                ? "processes with a mount name space and a root of their own"
                : "processes with rewritten paths (no mount name spaces on this machine)";
    }
}
