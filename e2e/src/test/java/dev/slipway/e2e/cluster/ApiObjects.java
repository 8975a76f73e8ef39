package dev.slipway.e2e.cluster;

import dev.slipway.testkit.kubelet.ClusterObjects;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What pods mount, read from the API at each start of a container. */
record ApiObjects(KubernetesClient client) implements ClusterObjects {
    @Override
    public Optional<Map<String, byte[]>> secret(String namespace, String name) {
        @Nullable
        Secret secret = client.secrets().inNamespace(namespace).withName(name).get();
        return Optional.ofNullable(secret).map(found -> decoded(found.getData()));
    }

    @Override
    public Optional<Map<String, byte[]>> configMap(String namespace, String name) {
        @Nullable
        ConfigMap configMap =
                client.configMaps().inNamespace(namespace).withName(name).get();
        return Optional.ofNullable(configMap).map(ApiObjects::content);
    }

    /** As the kubelet asks for it: a short-lived token of the pod's account, issued by the API server. */
    @Override
    public Optional<String> serviceAccountToken(String namespace, String serviceAccount) {
        return Optional.of(client.serviceAccounts()
                .inNamespace(namespace)
                .withName(serviceAccount)
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withExpirationSeconds(3600L)
                        .endSpec()
                        .build())
                .getStatus()
                .getToken());
    }

    private static Map<String, byte[]> content(ConfigMap configMap) {
        var content = decoded(configMap.getBinaryData());
        orEmpty(configMap.getData()).forEach((key, text) -> content.put(key, text.getBytes(StandardCharsets.UTF_8)));
        return content;
    }

    private static Map<String, byte[]> decoded(@Nullable Map<String, String> data) {
        var decoded = new TreeMap<String, byte[]>();
        orEmpty(data)
                .forEach((key, base64) -> decoded.put(key, Base64.getDecoder().decode(base64)));
        return decoded;
    }

    private static Map<String, String> orEmpty(@Nullable Map<String, String> data) {
        return data == null ? Map.of() : data;
    }
}
