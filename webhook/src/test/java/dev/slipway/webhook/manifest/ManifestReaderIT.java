package dev.slipway.webhook.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.kubernetes.KubernetesCluster;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The same table as in {@link ManifestReaderTest}, answered by kubectl. */
@KubernetesTest
class ManifestReaderIT {
    @TempDir
    private Path folder;

    static List<Map.Entry<String, String>> readAs() {
        return ManifestReaderTest.readAs();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("readAs")
    void kubectlReadsItTheSame(Map.Entry<String, String> row, KubernetesCluster cluster) throws IOException {
        String manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: " + row.getKey() + "\n";
        Path file = Files.writeString(folder.resolve("x.yaml"), manifest);

        String read = cluster.kubectl()
                .run("label", "--local", "--dry-run=client", "-o", "json", "-f", file.toString(), "a=b");

        JsonNode ours = new JsonMapper().readTree(row.getValue().replace("'", "\""));
        JsonNode kubectls = new JsonMapper().readTree(read).path("data");
        assertThat(normal(kubectls)).isEqualTo(normal(ours));
    }

    /** Maps compare whatever their order is, and whole floats are integers for kubectl. */
    private static String normal(JsonNode node) {
        return new TreeMap<>(new JsonMapper().convertValue(node, new TypeReference<Map<String, Object>>() {}))
                .toString()
                .replaceAll("\\.0(?=[,}])", "");
    }
}
