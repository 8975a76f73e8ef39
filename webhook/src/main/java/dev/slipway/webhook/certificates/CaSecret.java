package dev.slipway.webhook.certificates;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The Secret in the API server. */
final class CaSecret implements CaStore {
    private final Supplier<KubernetesClient> client;
    private final String namespace;
    private final String name;

    CaSecret(Supplier<KubernetesClient> client, String namespace, String name) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
    }

    @Override
    public SecretState read() {
        @Nullable Secret secret = resource().get();
        return secret == null
                ? new SecretState.Absent()
                : CaSecretContent.read(secret.getMetadata().getResourceVersion(), content(secret));
    }

    @Override
    public boolean write(Optional<String> replaces, CaSet authorities) {
        Map<String, String> content = CaSecretContent.write(authorities);
        try {
            return replaces.isEmpty() ? create(content) : update(replaces.get(), content);
        } catch (KubernetesClientException failure) {
            if (failure.getCode() == HttpURLConnection.HTTP_CONFLICT
                    || (failure.getCode() == HttpURLConnection.HTTP_NOT_FOUND && replaces.isPresent())) {
                return false;
            }
            throw failure;
        }
    }

    private boolean create(Map<String, String> content) {
        Secret secret = new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .addToLabels("app.kubernetes.io/name", CertificateSettings.NAME)
                .addToLabels("app.kubernetes.io/part-of", "slipway")
                .addToLabels("app.kubernetes.io/managed-by", CertificateSettings.NAME)
                .endMetadata()
                .withType("Opaque")
                .withStringData(content)
                .build();
        client.get().resource(secret).create();
        return true;
    }

    /** Labels, annotations and other keys stay as they are. */
    private boolean update(String version, Map<String, String> content) {
        @Nullable Secret present = resource().get();
        if (present == null || !version.equals(present.getMetadata().getResourceVersion())) {
            return false;
        }
        var encoded = content.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        entry -> Base64.getEncoder()
                                .encodeToString(entry.getValue().getBytes(StandardCharsets.US_ASCII))));
        client.get()
                .resource(new SecretBuilder(present).addToData(encoded).build())
                .update();
        return true;
    }

    /** For the watch. */
    Resource<Secret> resource() {
        return client.get().secrets().inNamespace(namespace).withName(name);
    }

    private static Map<String, String> content(Secret secret) {
        @Nullable Map<String, String> data = secret.getData();
        return data == null
                ? Map.of()
                : data.entrySet().stream()
                        .filter(entry -> entry.getValue() != null)
                        .collect(Collectors.toMap(Map.Entry::getKey, entry -> decoded(entry.getValue())));
    }

    private static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}
