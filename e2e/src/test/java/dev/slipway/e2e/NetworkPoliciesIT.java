package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesCluster;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The policies for namespaces of applications. No network plugin enforces them here: the tests check what they say. */
@KubernetesTest
class NetworkPoliciesIT {
    private static final YAMLMapper YAML = new YAMLMapper();

    private final Kubectl kubectl;

    NetworkPoliciesIT(KubernetesCluster cluster) {
        this.kubectl = cluster.kubectl();
    }

    @Test
    void theApiServerAcceptsThemBesideTheExample() {
        kubectl.run("apply", "-f", Manifests.EXAMPLES.resolve("namespace.yaml").toString());

        String planned = kubectl.run(
                "apply",
                "--server-side",
                "--dry-run=server",
                "--warnings-as-errors",
                "-k",
                Manifests.NETWORK.toString());

        assertThat(planned.lines()).hasSize(6);
        kubectl.run("delete", "-f", Manifests.EXAMPLES.resolve("namespace.yaml").toString());
    }

    @Test
    void theySelectThePodsOfEveryJobThatWeShip() throws IOException {
        List<String> selected = texts(policy("slipway-jobs").at("/spec/podSelector/matchExpressions/0/values"));

        assertThat(selected).containsExactlyInAnyOrderElementsOf(podsOfOurJobs());
        assertThat(texts(policy("shop-database").at("/spec/ingress/0/from/1/podSelector/matchExpressions/0/values")))
                .as("the database's own policy")
                .containsExactlyElementsOf(selected);
    }

    /** The label that the webhook puts on whatever it injects. */
    @Test
    void theySelectInjectedPodsByTheMarkerOfTheWebhook() throws IOException {
        JsonNode expression = policy("slipway-injected-pods").at("/spec/podSelector/matchExpressions/0");
        String page = Files.readString(Manifests.ROOT.resolveSibling("docs/annotations.md"));

        assertThat(expression.path("operator").asString()).isEqualTo("Exists");
        assertThat(page).contains("itself writes `" + expression.path("key").asString() + "`: a label");
    }

    private JsonNode policy(String name) throws IOException {
        return documents(kubectl.run("kustomize", Manifests.NETWORK.toString())).stream()
                .filter(object -> object.at("/metadata/name").asString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> podsOfOurJobs() throws IOException {
        var names = new ArrayList<String>();
        try (Stream<Path> files = Files.list(Manifests.JOBS)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".yaml")).toList()) {
                documents(Files.readString(file)).stream()
                        .map(object -> object.at(
                                object.path("kind").asString().equals("CronJob")
                                        ? "/spec/jobTemplate/spec/template"
                                        : "/spec/template"))
                        .filter(template -> template.at("/spec/restartPolicy").isString())
                        .map(template -> template.at("/metadata/labels")
                                .path("app.kubernetes.io/name")
                                .asString())
                        .forEach(names::add);
            }
        }
        Matcher plugin = Pattern.compile("(?m)^  name=(db-[a-z]+)$")
                .matcher(Files.readString(Manifests.ROOT.resolve("plugin/kubectl-slipway")));
        while (plugin.find()) {
            names.add(plugin.group(1));
        }
        return names;
    }

    private static List<JsonNode> documents(String text) throws IOException {
        try (var nodes = YAML.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
            return nodes.readAll();
        }
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(node -> texts.add(node.asString()));
        return texts;
    }
}
