package dev.slipway.testkit.kubelet;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;

/** Secrets and ConfigMaps kept in memory; they may be added and replaced while pods run. Thread-safe. */
public final class KnownObjects implements ClusterObjects {
    private final Map<String, Map<String, byte[]>> objects = new ConcurrentHashMap<>();

    /** Adds or replaces a Secret. */
    public KnownObjects withSecret(String namespace, String name, Map<String, String> data) {
        objects.put(key("Secret", namespace, name), bytes(data));
        return this;
    }

    /** Adds or replaces a ConfigMap. */
    public KnownObjects withConfigMap(String namespace, String name, Map<String, String> data) {
        objects.put(key("ConfigMap", namespace, name), bytes(data));
        return this;
    }

    /**
     * Adds or replaces a Secret or ConfigMap from its manifest, with {@code data}, {@code stringData} and {@code
     * binaryData} as the API server reads them.
     *
     * @param namespace if the manifest names none
     * @throws IllegalArgumentException for any other kind
     */
    public KnownObjects withManifest(JsonNode manifest, String namespace) {
        String kind = manifest.path("kind").asString();
        if (!kind.equals("Secret") && !kind.equals("ConfigMap")) {
            throw new IllegalArgumentException("the kind is '" + kind + "'; expected Secret or ConfigMap");
        }
        JsonNode metadata = manifest.path("metadata");
        objects.put(
                key(
                        kind,
                        metadata.path("namespace").asString(namespace),
                        metadata.path("name").asString()),
                dataOf(manifest, kind.equals("Secret")));
        return this;
    }

    @Override
    public Optional<Map<String, byte[]>> secret(String namespace, String name) {
        return Optional.ofNullable(objects.get(key("Secret", namespace, name)));
    }

    @Override
    public Optional<Map<String, byte[]>> configMap(String namespace, String name) {
        return Optional.ofNullable(objects.get(key("ConfigMap", namespace, name)));
    }

    private static Map<String, byte[]> dataOf(JsonNode manifest, boolean encoded) {
        var data = new TreeMap<String, byte[]>();
        manifest.path("data").properties().forEach(each -> {
            String text = each.getValue().asString();
            data.put(each.getKey(), encoded ? Base64.getDecoder().decode(text) : utf8(text));
        });
        manifest.path("binaryData")
                .properties()
                .forEach(each -> data.put(
                        each.getKey(),
                        Base64.getDecoder().decode(each.getValue().asString())));
        manifest.path("stringData")
                .properties()
                .forEach(each -> data.put(each.getKey(), utf8(each.getValue().asString())));
        return Map.copyOf(data);
    }

    private static Map<String, byte[]> bytes(Map<String, String> data) {
        var bytes = new TreeMap<String, byte[]>();
        data.forEach((key, value) -> bytes.put(key, utf8(value)));
        return Map.copyOf(bytes);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String key(String kind, String namespace, String name) {
        return kind + " " + namespace + "/" + name;
    }
}
