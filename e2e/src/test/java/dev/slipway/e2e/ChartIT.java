package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesCluster;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import dev.slipway.testkit.process.ProcessResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the Helm chart renders, beside what kustomize does. */
@KubernetesTest
class ChartIT {
    /** The chart has values of its own for these, or its Service and probes rely on their defaults. */
    private static final Set<String> NOT_IN_SETTINGS = Set.of(
            "LISTEN_ADDRESS",
            "LISTEN_PORT",
            "MANAGEMENT_PORT",
            "CERTIFICATE_MODE",
            "CERTIFICATE_FILE",
            "KEY_FILE",
            "CLIENT_CA_FILE",
            "CLIENT_NAMES",
            "MIGRATOR_IMAGE",
            "WATCH");

    private static final Pattern FIRST_CODE_OF_A_ROW = Pattern.compile("(?m)^\\| `([A-Z_]+)` \\|");

    private static Kubectl kubectl;
    private static Helm helm;

    @TempDir
    private static Path temporary;

    @BeforeAll
    static void use(KubernetesCluster cluster) throws IOException {
        kubectl = cluster.kubectl();
        helm = Helm.find(Files.createDirectories(temporary.resolve("helm")));
        kubectl.run("apply", "-f", Manifests.BASE.resolve("00-namespace.yaml").toString());
        for (String kinds : List.of("cert-manager-kinds.yaml", "prometheus-operator-kinds.yaml")) {
            kubectl.run("apply", "-f", Manifests.resource(kinds).toString());
        }
        kubectl.run("wait", "--for=condition=Established", "--all", "customresourcedefinitions", "--timeout=60s");
    }

    @AfterAll
    static void deleteNamespace() {
        kubectl.run("delete", "-f", Manifests.BASE.resolve("00-namespace.yaml").toString());
    }

    static List<ChartVariant> variants() throws IOException {
        return ChartVariant.all();
    }

    @ParameterizedTest
    @MethodSource("variants")
    void theChartRendersTheObjectsOfKustomize(ChartVariant variant) {
        Map<String, String> kustomize = ComparableObjects.parse(variant.kustomize(kubectl, temporary));
        Map<String, String> chart = ComparableObjects.parse(variant.chart(helm, temporary));

        assertThat(chart.keySet()).isEqualTo(kustomize.keySet());
        assertThat(chart).allSatisfy((name, object) -> assertThat(object).isEqualTo(kustomize.get(name)));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void theApiServerAcceptsWhatTheChartRenders(ChartVariant variant) {
        accept(variant.chart(helm, temporary));
    }

    /** Unlike overlays, values add up. */
    @Test
    void theApiServerAcceptsEverythingAtOnce() {
        String rendered = helm.template(List.of(
                "--set=highAvailability=true,replicas=5,registry=registry.example.com/slipway,image.pullPolicy=Always",
                "--set=image.digest=sha256:" + "0a".repeat(32),
                "--set=imagePullSecrets={registry},migratorImage=registry.example.com/own/migrator:1",
                "--set=certificates.mode=cert-manager,certificates.issuerRef.kind=ClusterIssuer",
                "--set=certificates.issuerRef.name=internal",
                "--set=restrictedNetwork.enabled=true,restrictedNetwork.apiServerSources={10.0.0.0/28}",
                "--set=restrictedNetwork.apiServerAddresses={10.0.0.0/28,10.96.0.1/32}",
                "--set=settings.WAIT_TIMEOUT=20m,settings.LIMITS_MEMORY=512Mi",
                "--set=nodeSelector.pool=system,podLabels.team=platform,podAnnotations.note=x,priorityClassName=high",
                "--set=tolerations[0].key=system,tolerations[0].operator=Exists",
                "--set=serviceMonitor.enabled=true,serviceMonitor.labels.release=prometheus",
                "--set=mandatory=true",
                "--set=prometheusRule.enabled=true,prometheusRule.labels.release=prometheus"));

        accept(rendered);
        assertThat(rendered)
                .contains(
                        "registry.example.com/slipway/slipway-webhook@sha256:0a0a",
                        "minAvailable: 4",
                        "release: prometheus")
                .contains("name: SLIPWAY_WEBHOOK_WAIT_TIMEOUT", "kind: ClusterIssuer")
                .contains("expression: \"['migrator']\"", "name: slipway-mandatory")
                .doesNotContain("kind: Issuer");
    }

    @Test
    void theServiceMonitorIsThatOfTheComponent(@TempDir Path folder) throws IOException {
        Path overlay = Manifests.copyTo(folder).resolve("overlays/scraped");
        Files.writeString(Files.createDirectories(overlay).resolve("Kustomization"), """
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                resources: [../../base]
                components: [../../components/prometheus-operator]
                """);

        String kustomize = kubectl.run("kustomize", overlay.toString());
        String chart = helm.template(List.of("--set=serviceMonitor.enabled=true"));

        accept(kustomize);
        assertThat(ComparableObjects.parse(chart)).isEqualTo(ComparableObjects.parse(kustomize));
    }

    /** With values that are wrong in more than one way. */
    @Test
    void wrongValuesAreRefusedAllAtOnce() {
        assertThat(refused("--set=replicsa=3,replicas=three,image.pullPolicy=Sometimes"))
                .contains("additional properties 'replicsa' not allowed")
                .contains("'/replicas': got string, want null or integer")
                .contains("'/image/pullPolicy': value must be one of 'Always', 'IfNotPresent', 'Never'");
        assertThat(refused("--set=settings.WAIT_TIMOUT=5m,certificates.mode=selfsigned"))
                .contains("'/settings': additional properties 'WAIT_TIMOUT' not allowed")
                .contains("'/certificates/mode': value must be one of 'managed', 'cert-manager', 'files'");
        assertThat(refused("--set=certificates.mode=files,restrictedNetwork.enabled=true"))
                .contains(
                        "expected certificates.existingSecret, or all of certificates.files.certificate, .key and .ca")
                .contains("needs restrictedNetwork.apiServerSources", "needs restrictedNetwork.apiServerAddresses");
    }

    @Test
    void valuesThatWouldHaveNoEffectAreRefused() {
        assertThat(refused(
                        "--set=certificates.existingSecret=tls,certificates.caBundle=x,certificates.issuerRef.name=y"))
                .contains(
                        "certificates.existingSecret and certificates.files are for certificates.mode files; found mode managed")
                .contains("certificates.caBundle is for certificates.mode files")
                .contains("certificates.issuerRef is for certificates.mode cert-manager; found mode managed");
    }

    @Test
    void aClusterWithoutMatchConditionsIsRefusedUnlessTheValuesSaySo() {
        assertThat(refused("--kube-version=1.29.14"))
                .contains("Kubernetes v1.29.14 has no matchConditions", "1.30 or newer, or oldClusters: true");
        assertThat(helm.template(List.of("--kube-version=1.29.14", "--set=oldClusters=true")))
                .contains("objectSelector:");
    }

    @Test
    void theGivenBundleIsWhatTheApiServerTrusts() {
        String rendered = helm.template(List.of(
                "--set=certificates.mode=files,certificates.existingSecret=own", "--set=certificates.caBundle=PEM"));

        assertThat(rendered.split("caBundle: UEVN", -1))
                .as("both configurations")
                .hasSize(3);
        assertThat(rendered).contains("secretName: own").doesNotContain("kind: Secret");
    }

    @Test
    void helmFindsNothingToComplainAbout() {
        assertThat(helm.run("lint", "--strict", Manifests.CHART.toString())).contains("0 chart(s) failed");
    }

    @Test
    void theSchemaIsClosedOnEveryLevel() throws IOException {
        var open = new ArrayList<String>();
        walk("", schema(), (place, node) -> {
            if (node.path("type").asText().equals("object") && !node.has("additionalProperties")) {
                open.add(place);
            }
        });

        assertThat(open).containsExactly("/properties/global");
    }

    @Test
    void theSettingsOfTheWebhookAreThoseThatItsPageLists() throws IOException {
        String page = Files.readString(Manifests.ROOT.resolveSibling("docs/webhook.md"));
        Set<String> documented = FIRST_CODE_OF_A_ROW
                .matcher(page.substring(page.indexOf("## Configuration"), page.indexOf("## Limits")))
                .results()
                .map((MatchResult row) -> row.group(1))
                .filter(name -> !NOT_IN_SETTINGS.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
        var accepted = new TreeSet<String>();
        schema().at("/properties/settings/properties").fieldNames().forEachRemaining(accepted::add);

        assertThat(accepted).isEqualTo(documented);
    }

    @Test
    void theTableOfValuesHasEveryValueAndItsDefault() throws IOException {
        var rows = new ArrayList<String>();
        defaults(
                "",
                new YAMLMapper().readTree(Manifests.CHART.resolve("values.yaml").toFile()),
                rows);

        String readme = Files.readString(Manifests.CHART.resolve("README.md"));

        List<String> documented =
                readme.lines().filter(line -> line.startsWith("| `")).toList();
        assertThat(documented).hasSameSizeAs(rows);
        assertThat(rows).allSatisfy(row -> assertThat(documented).anyMatch(line -> line.startsWith(row)));
    }

    /** Helm reads nothing outside the chart, so it has a copy. */
    @Test
    void theAlertsAreThoseOfTheMonitoringFolder() throws IOException {
        String alerts = Files.readString(Manifests.ROOT.resolve("monitoring/slipway-rules.yaml"));
        String copy = Files.readString(Manifests.CHART.resolve("files/slipway-rules.yaml"));

        assertThat(copy).isEqualTo(alerts);
        assertThat(ComparableObjects.parse(helm.template(List.of("--set=prometheusRule.enabled=true"))))
                .hasEntrySatisfying(
                        "monitoring.coreos.com/v1 PrometheusRule slipway-system/slipway",
                        rule -> assertThat(rule).contains("\"alert\" : "));
    }

    private static void accept(String objects) {
        kubectl.runWith(
                objects,
                "apply",
                "--server-side",
                "--dry-run=server",
                "--warnings-as-errors",
                "--force-conflicts",
                "-f",
                "-");
    }

    private static String refused(String flag) {
        ProcessResult result = helm.tryTemplate(List.of(flag));
        assertThat(result.exitCode()).as(result.text()).isNotZero();
        return result.text();
    }

    private static JsonNode schema() throws IOException {
        return new ObjectMapper()
                .readTree(Manifests.CHART.resolve("values.schema.json").toFile());
    }

    private static void walk(String place, JsonNode node, BiConsumer<String, JsonNode> visitor) {
        visitor.accept(place, node);
        node.properties().forEach(entry -> walk(place + "/" + entry.getKey(), entry.getValue(), visitor));
    }

    /** As the rows of the table begin. */
    private static void defaults(String path, JsonNode value, List<String> rows) {
        if (value instanceof ObjectNode object && !object.isEmpty()) {
            object.properties()
                    .forEach(entry -> defaults(
                            path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(), entry.getValue(), rows));
        } else {
            rows.add("| `" + path + "` | `" + value + "` | ");
        }
    }
}
