package dev.slipway.testkit.kubelet;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** Which files a Secret, ConfigMap, downward API or projected volume holds at this moment. */
final class VolumeSources {
    private static final int DEFAULT_MODE = 0644;

    private final ClusterObjects objects;
    private final JsonNode pod;

    VolumeSources(ClusterObjects objects, JsonNode pod) {
        this.objects = objects;
        this.pod = pod;
    }

    Map<String, VolumeFile> secret(JsonNode source) {
        return ofObject(source, true, source.path("secretName").asString(), mode(source, DEFAULT_MODE));
    }

    Map<String, VolumeFile> configMap(JsonNode source) {
        return ofObject(source, false, source.path("name").asString(), mode(source, DEFAULT_MODE));
    }

    Map<String, VolumeFile> downwardApi(JsonNode source) {
        return fields(source, mode(source, DEFAULT_MODE));
    }

    Map<String, VolumeFile> projected(JsonNode volume) {
        int mode = mode(volume, DEFAULT_MODE);
        var files = new TreeMap<String, VolumeFile>();
        for (JsonNode source : volume.path("sources")) {
            files.putAll(projectedSource(source, mode));
        }
        return files;
    }

    private Map<String, VolumeFile> projectedSource(JsonNode source, int mode) {
        if (source.has("secret")) {
            JsonNode secret = source.path("secret");
            return ofObject(secret, true, secret.path("name").asString(), mode);
        }
        if (source.has("configMap")) {
            JsonNode configMap = source.path("configMap");
            return ofObject(configMap, false, configMap.path("name").asString(), mode);
        }
        if (source.has("downwardAPI")) {
            return fields(source.path("downwardAPI"), mode);
        }
        if (source.has("serviceAccountToken")) {
            return token(source.path("serviceAccountToken"), mode);
        }
        throw ContainerConfigException.mount("a projected source is not played: " + source);
    }

    private Map<String, VolumeFile> token(JsonNode source, int mode) {
        String account = pod.path("spec").path("serviceAccountName").asString("default");
        String token = objects.serviceAccountToken(PodFields.namespace(pod), account)
                .orElseThrow(
                        () -> ContainerConfigException.mount("there is no token of the service account " + account));
        return Map.of(source.path("path").asString(), new VolumeFile(utf8(token), mode));
    }

    private Map<String, VolumeFile> fields(JsonNode source, int mode) {
        var files = new TreeMap<String, VolumeFile>();
        for (JsonNode item : source.path("items")) {
            String value =
                    PodFields.field(pod, item.path("fieldRef").path("fieldPath").asString());
            files.put(item.path("path").asString(), new VolumeFile(utf8(value), itemMode(item, mode)));
        }
        return files;
    }

    private Map<String, VolumeFile> ofObject(JsonNode source, boolean isSecret, String name, int mode) {
        String namespace = PodFields.namespace(pod);
        boolean optional = source.path("optional").asBoolean(false);
        Optional<Map<String, byte[]>> data =
                isSecret ? objects.secret(namespace, name) : objects.configMap(namespace, name);
        if (data.isEmpty() && !optional) {
            throw ContainerConfigException.mount(
                    (isSecret ? "Secret " : "ConfigMap ") + namespace + "/" + name + " not found");
        }
        return files(source, data.orElse(Map.of()), optional, mode);
    }

    private static Map<String, VolumeFile> files(
            JsonNode source, Map<String, byte[]> data, boolean optional, int mode) {
        var files = new TreeMap<String, VolumeFile>();
        if (!source.has("items")) {
            data.forEach((key, value) -> files.put(key, new VolumeFile(value, mode)));
            return files;
        }
        for (JsonNode item : source.path("items")) {
            byte[] value = data.get(item.path("key").asString());
            if (value != null) {
                files.put(item.path("path").asString(), new VolumeFile(value, itemMode(item, mode)));
            } else if (!optional) {
                throw ContainerConfigException.mount(
                        "references non-existent key: " + item.path("key").asString());
            }
        }
        return files;
    }

    private static int mode(JsonNode source, int otherwise) {
        return source.path("defaultMode").asInt(otherwise);
    }

    private static int itemMode(JsonNode item, int otherwise) {
        return item.path("mode").asInt(otherwise);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
