package dev.slipway.testkit.kubelet;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What pods refer to, in a namespace. Looked up again at each start of a container, as the kubelet does, so an object
 * that is created later is found then. Implementations must be thread-safe.
 */
public interface ClusterObjects {
    /** The decoded data of a Secret; empty if there is none of that name. */
    Optional<Map<String, byte[]>> secret(String namespace, String name);

    /** The data and binary data of a ConfigMap; empty if there is none of that name. */
    Optional<Map<String, byte[]>> configMap(String namespace, String name);

    /** The folder behind a PersistentVolumeClaim; empty if there is none of that name. */
    default Optional<Path> persistentVolumeClaim(String namespace, String name) {
        return Optional.empty();
    }

    /** A token for a projected volume; empty if the test has no use for one. */
    default Optional<String> serviceAccountToken(String namespace, String serviceAccount) {
        return Optional.empty();
    }
}
