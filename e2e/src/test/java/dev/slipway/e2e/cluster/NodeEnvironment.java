package dev.slipway.e2e.cluster;

import java.net.URI;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The variables that a node, not the pod, gives to every container. */
final class NodeEnvironment {
    private NodeEnvironment() {}

    /** A copy of the pod whose containers find the API server, and listen on the pod's own address only. */
    static JsonNode add(JsonNode pod, String podAddress, URI apiServer) {
        JsonNode copy = pod.deepCopy();
        copy.path("spec").path("initContainers").forEach(container -> setAddress(container, apiServer));
        for (JsonNode container : copy.path("spec").path("containers")) {
            var object = (ObjectNode) container;
            setAddress(container, apiServer);
            if (container.path("image").asString().contains("slipway-webhook")) {
                // Pods share this machine's network; otherwise the second replica would find its port taken.
                set(object, "SLIPWAY_WEBHOOK_LISTEN_ADDRESS", podAddress);
            }
        }
        return copy;
    }

    private static void setAddress(JsonNode container, URI apiServer) {
        set((ObjectNode) container, "KUBERNETES_SERVICE_HOST", apiServer.getHost());
        set((ObjectNode) container, "KUBERNETES_SERVICE_PORT", "" + apiServer.getPort());
    }

    private static void set(ObjectNode container, String name, String value) {
        container.withArray("env").addObject().put("name", name).put("value", value);
    }
}
