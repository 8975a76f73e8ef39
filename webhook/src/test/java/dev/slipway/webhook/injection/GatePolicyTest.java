package dev.slipway.webhook.injection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The lists that webhook and ValidatingAdmissionPolicy both have, and the image that they are about. */
class GatePolicyTest {
    private static final Path ROOT = Path.of("..");

    @Test
    void thePolicyHasTheWebhooksLists() throws IOException {
        assertThat(Set.copyOf(list("wrappers"))).isEqualTo(ContainerIdentity.WRAPPERS);
        assertThat(Set.copyOf(list("annotated"))).isEqualTo(ContainerIdentity.ANNOTATED.keySet());
        assertThat(list("loaders")).isEqualTo(OwnProcess.LOADERS);
        assertThat(list("runtime")).isEqualTo(OwnProcess.RUNTIME);
        assertThat(json(expression("entrypoints"))
                        .valueStream()
                        .map(GatePolicyTest::texts)
                        .toList())
                .isEqualTo(ContainerIdentity.ENTRYPOINTS);
    }

    @Test
    void whatAWrapperRepeatsIsTheEntryPointOfTheImage() throws IOException {
        String line = Files.readAllLines(ROOT.resolve("init-migrator/Dockerfile")).stream()
                .filter(each -> each.startsWith("ENTRYPOINT "))
                .findFirst()
                .orElseThrow();

        assertThat(ContainerIdentity.ENTRYPOINTS).contains(texts(json(line.substring("ENTRYPOINT ".length()))));
    }

    private static List<String> list(String variable) throws IOException {
        return texts(json(expression(variable)));
    }

    private static String expression(String variable) throws IOException {
        JsonNode policy = new YAMLMapper()
                .readTree(Files.readString(ROOT.resolve("k8s/base/10-validating-admission-policy.yaml")));
        return policy.at("/spec/variables")
                .valueStream()
                .filter(each -> each.path("name").asString().equals(variable))
                .map(each -> each.path("expression").asString())
                .findFirst()
                .orElseThrow()
                .replace('\'', '"');
    }

    private static JsonNode json(String text) throws IOException {
        return new JsonMapper().readTree(text);
    }

    private static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asString).toList();
    }
}
