package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

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

    static List<String> sets() {
        return List.of("together.yaml", "on-the-host.yaml", "own-secret.yaml");
    }

    /** Unlike overlays, values add up. */
    @ParameterizedTest
    @MethodSource("sets")
    void theApiServerAcceptsValuesTogether(String set) {
        // Its namespace allows all pods, those on the host's network too. The pod of helm test needs an account that
        // exists.
        List<String> flags = new ArrayList<>();
        if (set.equals("on-the-host.yaml")) {
            flags.addAll(ChartVariant.ownCertificate().flags(temporary));
        }
        flags.addAll(List.of(values(set), "--skip-tests", "--namespace=kube-public"));
        accept(helm.template(flags));
    }

    /** Each value of values.yaml has another value in one of the sets, and there the chart would be another one without it. */
    @Test
    void everyValueHasAnEffect() throws IOException {
        var rows = new ArrayList<String>();
        defaults("", tree(Manifests.CHART.resolve("values.yaml")), rows);
        Set<String> untried =
                rows.stream().map(row -> row.split("`", -1)[1]).collect(Collectors.toCollection(TreeSet::new));
        var idle = new ArrayList<String>();

        for (String set : sets()) {
            JsonNode values = tree(Manifests.resource("chart").resolve(set));
            String rendered = helm.tryTemplate(List.of(values(set))).text();
            for (String path : List.copyOf(untried)) {
                JsonNode without = values.deepCopy();
                String pointer = "/" + path.replace('.', '/');
                int name = pointer.lastIndexOf('/');
                if (without.at(pointer.substring(0, name)) instanceof ObjectNode parent
                        && parent.remove(pointer.substring(name + 1)) != null) {
                    untried.remove(path);
                    Path file = Files.writeString(temporary.resolve("without.yaml"), without.toString());
                    if (helm.tryTemplate(List.of("--values=" + file)).text().equals(rendered)) {
                        idle.add(set + ": " + path);
                    }
                }
            }
        }

        assertThat(untried).as("values that no set has").isEmpty();
        assertThat(idle).as("values without an effect").isEmpty();
    }

    @Test
    void whatTheSetsAreAboutIsInTheObjects() {
        assertThat(helm.template(List.of(values("together.yaml"))))
                .contains("registry.example.com:5000/platform/slipway/slipway-webhook@sha256:0a0a")
                .contains("registry.example.com:5000/platform/slipway/slipway-migrator:${version}")
                .contains("maxUnavailable: 25%", "terminationGracePeriodSeconds: 55", "kind: ClusterIssuer")
                .contains("name: SLIPWAY_WEBHOOK_WAIT_TIMEOUT", "containerPort: 10260", "value: \"10260\"")
                .contains("- name: of-all", "- name: one", "matchLabels:\n        slipway.dev/enabled: \"true\"")
                .doesNotContain("kind: Issuer", "ghcr.io");
        assertThat(helm.template(List.of(values("on-the-host.yaml"))))
                .contains("hostNetwork: true", "dnsPolicy: ClusterFirstWithHostNet", "maxUnavailable: 1")
                .contains("kind: PodMonitor", "objectSelector:", "value: registry.example.com/own/migrator:1")
                .doesNotContain("kind: NetworkPolicy");
    }

    /** A Deployment's selector cannot be changed by an upgrade, whatever the values and the release are called. */
    @Test
    void selectorsStayAsTheyAre() throws IOException {
        String rendered = helm.run(
                "template", "another", Manifests.CHART.toString(), "--namespace=other", values("together.yaml"));

        assertThat(Pattern.compile("(?m)^  selector:\n    matchLabels:\n(?:      .*\n)+")
                        .matcher(rendered)
                        .results())
                .isNotEmpty()
                .allSatisfy(selector -> assertThat(selector.group())
                        .endsWith("    matchLabels:\n      app.kubernetes.io/name: slipway-webhook\n"));
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
        String chart = helm.template(List.of("--set=serviceMonitor.enabled=true", "--skip-tests"));

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
    void valuesThatWouldNotWorkTogetherAreRefused() {
        assertThat(refused("--set=hostNetwork=true,port=10250,restrictedNetwork.enabled=true"))
                .contains("hostNetwork and restrictedNetwork.enabled exclude each other", "there the kubelet listens");
        assertThat(
                        refused(
                                "--set=port=9000,managementPort=9000,extraEnv[0].name=SLIPWAY_WEBHOOK_DRAIN,extraVolumes[0].name=tls"))
                .contains("port and managementPort are both 9000")
                .contains("extraEnv sets SLIPWAY_WEBHOOK_DRAIN; expected settings.DRAIN")
                .contains("extraVolumes has the name tls, which is the chart's own");
        assertThat(refused("--set=podDisruptionBudget.minAvailable=0,podDisruptionBudget.maxUnavailable=10%"
                        + ",serviceMonitor.enabled=true,podMonitor.enabled=true"))
                .contains("podDisruptionBudget.minAvailable and .maxUnavailable are both set")
                .contains("serviceMonitor.enabled and podMonitor.enabled are both true");
        assertThat(refused("--set=podDisruptionBudget.enabled=false,podDisruptionBudget.minAvailable=0"))
                .contains("are for podDisruptionBudget.enabled: true; found false");
        assertThat(refused("--set=podLabels.app\\.kubernetes\\.io/name=x,commonLabels.helm\\.sh/chart=y"))
                .contains("commonLabels sets helm.sh/chart, which the chart sets itself; leave it out")
                .contains("podLabels sets app.kubernetes.io/name, which the chart sets itself");
    }

    /** On every level, also in the parts that Kubernetes defines. */
    @Test
    void misspeltPartsOfPodsAreRefused() {
        assertThat(refused("--set=affinity.podAntiAfinity.x=y,hostNetwrok=true"))
                .contains("'/affinity': additional properties 'podAntiAfinity' not allowed")
                .contains("additional properties 'hostNetwrok' not allowed");
        assertThat(refused("--set=extraEnv[0].name=A,extraEnv[0].valueForm.x=y,extraVolumes[0].name=a"
                        + ",extraVolumes[0].secret.secretNmae=b,tolerations[0].effect=NoExcute"))
                .contains("'/extraEnv/0': additional properties 'valueForm' not allowed")
                .contains("'/extraVolumes/0/secret': additional properties 'secretNmae' not allowed")
                .contains("'/tolerations/0/effect': value must be one of");
    }

    /** What Kubernetes defines, the schema has word for word, but closed. A newer Kubernetes means to paste what is expected. */
    @Test
    void theDefinitionsAreThoseOfTheApiServer(KubernetesCluster cluster) throws IOException {
        assumeThat(cluster.own())
                .as("a cluster of the version that is pinned here")
                .isPresent();
        var definitions = OpenApiDefinitions.closed(
                new JsonMapper().readTree(kubectl.run("get", "--raw", "/openapi/v2")),
                List.of("Affinity", "EnvVar", "LabelSelector", "TopologySpreadConstraint", "Volume", "VolumeMount"));

        JsonNode found = schema().path("definitions");
        assertThat(found.properties())
                .extracting(Map.Entry::getKey)
                .containsExactlyInAnyOrderElementsOf(keys(definitions));
        assertThat(definitions.properties())
                .allSatisfy(each ->
                        assertThat(found.path(each.getKey())).as(each.getKey()).isEqualTo(each.getValue()));
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
            if (node.path("type").asString("").equals("object") && !node.has("additionalProperties")) {
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
        schema().at("/properties/settings/properties").propertyNames().forEach(accepted::add);

        assertThat(accepted).isEqualTo(documented);
    }

    @Test
    void theTableOfValuesHasEveryValueAndItsDefault() throws IOException {
        var rows = new ArrayList<String>();
        defaults("", tree(Manifests.CHART.resolve("values.yaml")), rows);

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

    @Test
    void theDashboardIsThatOfTheMonitoringFolder() throws IOException {
        String dashboard = Files.readString(Manifests.ROOT.resolve("monitoring/grafana-dashboard.json"));
        String copy = Files.readString(Manifests.CHART.resolve("files/slipway-dashboard.json"));
        String rendered =
                helm.template(List.of("--set=dashboards.enabled=true", "--show-only=templates/dashboards.yaml"));

        assertThat(copy).isEqualTo(dashboard);
        assertThat(new JsonMapper()
                        .readTree(new YAMLMapper()
                                .readTree(rendered)
                                .at("/data/slipway.json")
                                .asString()))
                .isEqualTo(new JsonMapper().readTree(dashboard));
    }

    /** The README travels with the chart; what it links to does not, unless it has a whole address. */
    @Test
    void theReadmeOfTheChartLinksToNothingThatIsNotThere() throws IOException {
        String readme = Files.readString(Manifests.CHART.resolve("README.md"));

        assertThat(Pattern.compile("\\]\\(([^)]+)\\)").matcher(readme).results().map(link -> link.group(1)))
                .allMatch(target -> target.startsWith("https://") || target.startsWith("#"));
    }

    @Test
    void artifactHubLearnsOfTheImagesThatTheChartUses() throws IOException {
        JsonNode chart = tree(Manifests.CHART.resolve("Chart.yaml"));
        String version = chart.path("appVersion").asString();

        assertThat(new YAMLMapper()
                        .readTree(
                                chart.at("/annotations/artifacthub.io~1images").asString())
                        .findValuesAsString("image"))
                .containsExactly(
                        "ghcr.io/slipway-dev/slipway-webhook:" + version,
                        "ghcr.io/slipway-dev/slipway-migrator:" + version);
        assertThat(new YAMLMapper()
                        .readTree(chart.at("/annotations/artifacthub.io~1links").asString())
                        .findValuesAsString("url"))
                .allMatch(url -> url.startsWith("https://"));
        assertThat(keys(tree(Manifests.ROOT.resolve("chart/artifacthub-repo.yml"))))
                .containsOnly("owners");
    }

    private static List<String> keys(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    private static String values(String set) {
        return "--values=" + Manifests.resource("chart").resolve(set);
    }

    private static JsonNode tree(Path file) throws IOException {
        return new YAMLMapper().readTree(file.toFile());
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
        return new JsonMapper()
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
