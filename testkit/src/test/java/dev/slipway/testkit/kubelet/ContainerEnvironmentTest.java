package dev.slipway.testkit.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ContainerEnvironmentTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final JsonNode POD = json("""
            {"metadata": {"name": "api-1", "namespace": "shop", "uid": "u-1", "labels": {"app.kubernetes.io/name": "api"}},
             "spec": {"serviceAccountName": "robot"}}""");

    private final KnownObjects objects = new KnownObjects()
            .withSecret("shop", "database", Map.of("PGHOST", "db", "PGPASSWORD", "s3cret", "not a name", "x"))
            .withConfigMap("shop", "flags", Map.of("COLOUR", "blue"));

    @Test
    void wholeSecretsAndConfigMapsComeFirstAndMayBePrefixed() {
        assertThat(environment("""
                        {"envFrom": [{"secretRef": {"name": "database"}}, {"prefix": "F_", "configMapRef": {"name": "flags"}}],
                         "env": [{"name": "PGHOST", "value": "other"}]}""")).isEqualTo(Map.of("PGHOST", "other", "PGPASSWORD", "s3cret", "F_COLOUR", "blue"));
    }

    @Test
    void valuesSeeWhatIsBeforeThem() {
        assertThat(environment("""
                        {"env": [{"name": "LATE", "value": "$(A)"}, {"name": "A", "value": "1"}, {"name": "B", "value": "$(A)2"}]}""")).isEqualTo(Map.of("LATE", "$(A)", "A", "1", "B", "12"));
    }

    @Test
    void keysFieldsAndResourcesAreResolved() {
        assertThat(environment("""
                        {"resources": {"limits": {"memory": "256Mi", "cpu": "1500m"}},
                         "env": [
                           {"name": "PW", "valueFrom": {"secretKeyRef": {"name": "database", "key": "PGPASSWORD"}}},
                           {"name": "COLOUR", "valueFrom": {"configMapKeyRef": {"name": "flags", "key": "COLOUR"}}},
                           {"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
                           {"name": "NS", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}},
                           {"name": "APP", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['app.kubernetes.io/name']"}}},
                           {"name": "SA", "valueFrom": {"fieldRef": {"fieldPath": "spec.serviceAccountName"}}},
                           {"name": "MEMORY", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory", "divisor": "1Mi"}}},
                           {"name": "CPU", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}}]}"""))
                .isEqualTo(Map.of(
                        "PW", "s3cret", "COLOUR", "blue", "POD", "api-1", "NS", "shop", "APP", "api", "SA", "robot",
                        "MEMORY", "256", "CPU", "2"));
    }

    @Test
    void optionalReferencesMayBeMissing() {
        assertThat(environment("""
                        {"envFrom": [{"secretRef": {"name": "none", "optional": true}}],
                         "env": [{"name": "X", "valueFrom": {"secretKeyRef": {"name": "database", "key": "none", "optional": true}}}]}""")).isEmpty();
    }

    @Test
    void aMissingReferenceIsNamedAsTheKubeletDoes() {
        assertThatThrownBy(() -> environment("""
                        {"env": [{"name": "X", "valueFrom": {"secretKeyRef": {"name": "database", "key": "NONE"}}}]}""")).hasMessage("couldn't find key NONE in Secret shop/database");
        assertThatThrownBy(() -> environment("""
                        {"envFrom": [{"configMapRef": {"name": "none"}}]}""")).hasMessage("ConfigMap shop/none not found");
    }

    private Map<String, String> environment(String container) {
        return ContainerEnvironment.of(objects, POD, json(container));
    }

    private static JsonNode json(String text) {
        return JSON.readTree(text);
    }
}
