package dev.slipway.e2e.demo;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Deployment, and the pods that its ReplicaSet would create: no controller runs here, so this does their part.
 *
 * @param deployment as in the manifest
 */
record Workload(JsonNode deployment) {
    /** Without vowels and look-alikes, as in the names that Kubernetes makes. */
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private static final RandomGenerator RANDOM = new SecureRandom();

    String namespace() {
        return deployment.path("metadata").path("namespace").asString();
    }

    String name() {
        return deployment.path("metadata").path("name").asString();
    }

    int replicas() {
        return deployment.path("spec").path("replicas").asInt(1);
    }

    /** The annotations of the pod template. */
    JsonNode annotations() {
        return deployment.at("/spec/template/metadata/annotations");
    }

    /** The value of one annotation of the pod template. */
    String annotation(String name) {
        return annotations().path(name).asString();
    }

    /** The same Deployment with another value of an annotation of its pod template: the next release. */
    Workload withAnnotation(String name, String value) {
        JsonNode changed = deployment.deepCopy();
        ((ObjectNode) changed.at("/spec/template/metadata/annotations")).put(name, value);
        return new Workload(changed);
    }

    /** The ReplicaSet of this version of the template: another template, another name. */
    String replicaSet() {
        return name() + "-"
                + Integer.toHexString(deployment.at("/spec/template").hashCode());
    }

    /** A pod as the ReplicaSet sends it to the API server: without a name of its own yet. */
    ObjectNode newPod() {
        ObjectNode pod = (ObjectNode) deployment.at("/spec/template").deepCopy();
        pod.put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata = (ObjectNode) pod.path("metadata");
        metadata.put("generateName", replicaSet() + "-").put("namespace", namespace());
        metadata.putArray("ownerReferences")
                .addObject()
                .put("apiVersion", "apps/v1")
                .put("kind", "ReplicaSet")
                .put("name", replicaSet())
                .put("uid", "00000000-0000-4000-8000-000000000000")
                .put("controller", true)
                .put("blockOwnerDeletion", true);
        return pod;
    }

    /** What the API server makes of a generateName. */
    static String generatedName(JsonNode pod) {
        var name = new StringBuilder(pod.at("/metadata/generateName").asString());
        for (int each = 0; each < 5; each++) {
            name.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return name.toString();
    }
}
