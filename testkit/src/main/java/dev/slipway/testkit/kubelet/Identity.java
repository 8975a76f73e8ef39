package dev.slipway.testkit.kubelet;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * As whom a container runs.
 *
 * @param groups supplementary groups
 * @param mayGainPrivileges {@code allowPrivilegeEscalation}
 */
record Identity(int user, int group, List<Integer> groups, boolean mayGainPrivileges) {
    /** The container's security context wins over the pod's, and both over the image. */
    static Identity of(JsonNode pod, JsonNode container, LocalImage image) {
        JsonNode podContext = pod.path("spec").path("securityContext");
        JsonNode context = container.path("securityContext");
        Optional<JsonNode> runAsUser = setting(context, podContext, "runAsUser");
        int user = runAsUser.map(JsonNode::asInt).orElse(image.user());
        // Without a group of its own, a user that the pod chose gets the root group, one of the image its own.
        int group = setting(context, podContext, "runAsGroup")
                .map(JsonNode::asInt)
                .orElse(runAsUser.isPresent() ? 0 : image.user());
        boolean nonRoot = setting(context, podContext, "runAsNonRoot")
                .map(JsonNode::asBoolean)
                .orElse(false);
        if (nonRoot && user == 0) {
            throw ContainerConfigException.config("container has runAsNonRoot and image will run as root");
        }
        return new Identity(
                user,
                group,
                groups(podContext),
                context.path("allowPrivilegeEscalation").asBoolean(true));
    }

    private static List<Integer> groups(JsonNode podContext) {
        var groups = new ArrayList<Integer>();
        podContext.path("supplementalGroups").forEach(each -> groups.add(each.asInt()));
        if (podContext.has("fsGroup")) {
            groups.add(podContext.path("fsGroup").asInt());
        }
        return List.copyOf(groups);
    }

    private static Optional<JsonNode> setting(JsonNode context, JsonNode podContext, String name) {
        JsonNode own = context.path(name);
        JsonNode chosen = own.isMissingNode() || own.isNull() ? podContext.path(name) : own;
        return chosen.isMissingNode() || chosen.isNull() ? Optional.empty() : Optional.of(chosen);
    }
}
