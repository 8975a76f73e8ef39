package dev.slipway.webhook.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.webhook.injection.Annotation;
import dev.slipway.webhook.injection.Annotations;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A secret in the wrong annotation is shown neither to who applies the pod nor in its events nor in the log. */
class PastedSecretsTest {
    private static final List<String> SECRETS = List.of(
            "postgres://shop:Hunter2secret@db.internal:5432/shop",
            "jdbc:postgresql://db/shop?user=shop&pass=Hunter2secret",
            "shop:Hunter2secret@db",
            "//shop:Hunter2secret@db/shop",
            "host=db user=shop pass=Hunter2secret",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
            "AKIAIOSFODNN7EXAMPLE/wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY==",
            "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----",
            "container:Hunter2:secret@db",
            "after:Hunter2secret@db",
            "container:5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8",
            "after:5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8",
            "volume:d41d8cd98f00b204e9800998ecf8427e",
            "image:postgres://shop:Hunter2secret@db/shop",
            "configmap:eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N");

    private static final String POD = """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "api", "annotations": {"slipway.dev/migrate": "true"}},
             "spec": {"containers": [{"name": "api", "image": "app"}]}}""";

    static Stream<Arguments> everySecretInEveryAnnotation() {
        return Annotations.all().stream()
                .flatMap(annotation -> SECRETS.stream().map(secret -> Arguments.of(annotation, secret)));
    }

    @ParameterizedTest
    @MethodSource("everySecretInEveryAnnotation")
    void itIsNotShown(Annotation<?> annotation, String secret) {
        for (String other : List.of("database-secret", "database-from", "none")) {
            JsonNode response = mutate(annotation.key(), secret, other);
            String shown = response.path("status").path("message").asString("") + response.path("warnings");

            String behindTheKeyword = secret.replaceFirst("^(container|after|volume|image|configmap):", "");
            for (int index = 0; index + 9 <= behindTheKeyword.length(); index++) {
                assertThat(shown).doesNotContain(behindTheKeyword.substring(index, index + 9));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"image", "database-secret", "database-url-key", "schema", "migrations-path", "wait-timeout"})
    void aUrlIsRefusedEverywhere(String name) {
        JsonNode response = mutate(Annotations.PREFIX + name, SECRETS.get(0), "none");

        assertThat(response.path("status").path("message").asString(""))
                .contains("slipway.dev/" + name + " is 'pos…' (51 characters); expected");
    }

    private static JsonNode mutate(String key, String value, String database) {
        ObjectNode pod = (ObjectNode) Reviews.yaml(POD);
        ObjectNode annotations = (ObjectNode) pod.path("metadata").path("annotations");
        if (!database.equals("none")) {
            annotations.put(
                    Annotations.PREFIX + database, database.equals("database-from") ? "container:api" : "shop-db");
        }
        annotations.put(key, value);
        return Reviews.mutate(Reviews.handler(Map.of()), pod);
    }
}
