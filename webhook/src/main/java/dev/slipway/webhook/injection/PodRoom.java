package dev.slipway.webhook.injection;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What the resources on the level of a pod leave for one more init container. The API server refuses a pod whose
 * containers together request more: an init container counts with every native sidecar that was started before it.
 *
 * @param request of the pod: given, or what the API server puts there
 * @param sidecars what the native sidecars before ours request, as in "mesh 80m"
 * @param left the rest; negative if they alone are too many
 */
record PodRoom(Quantity request, List<String> sidecars, BigDecimal left) {
    /**
     * @param before the init containers that stand before ours
     * @return empty if the pod sets nothing that limits this resource
     */
    static Optional<PodRoom> of(PodTree pod, Resource resource, List<JsonNode> before) {
        return podRequest(pod, resource).map(request -> {
            var sidecars = new ArrayList<String>();
            BigDecimal left = request.amount();
            for (JsonNode container : before) {
                Optional<Quantity> needed = requestOf(container.path("resources"), resource);
                if (PodTree.isNativeSidecar(container) && needed.isPresent()) {
                    sidecars.add(PodTree.nameOf(container) + " " + needed.get());
                    left = left.subtract(needed.get().amount());
                }
            }
            return new PodRoom(request, List.copyOf(sidecars), left);
        });
    }

    /** "spec.resources.requests.cpu '150m' beside the native sidecars (mesh 80m)". */
    String words(Resource resource) {
        String field = "spec.resources.requests." + resource.field() + " '" + request + "'";
        return sidecars.isEmpty()
                ? field
                : field + " beside the native sidecars ("
                        + String.join(", ", sidecars.stream().limit(5).toList()) + ")";
    }

    /** Absent numbers are filled in as the API server does: with what the containers request, else with the limit. */
    private static Optional<Quantity> podRequest(PodTree pod, Resource resource) {
        JsonNode resources = pod.spec().path("resources");
        Optional<Quantity> given = number(resources, "requests", resource);
        if (given.isPresent() || resources.path("limits").isEmpty()) {
            return given;
        }
        BigDecimal containers = requestOfContainers(pod, resource);
        return containers.signum() > 0 ? Optional.of(resource.of(containers)) : number(resources, "limits", resource);
    }

    /** What one more init container may request without the pod as a whole requesting more. */
    static BigDecimal requestedAnyway(PodTree pod, Resource resource, List<JsonNode> before) {
        return before.stream()
                .filter(PodTree::isNativeSidecar)
                .map(sidecar -> amountOf(sidecar, resource))
                .reduce(requestOfContainers(pod, resource), BigDecimal::subtract);
    }

    private static BigDecimal requestOfContainers(PodTree pod, Resource resource) {
        BigDecimal sidecars = BigDecimal.ZERO;
        BigDecimal starting = BigDecimal.ZERO;
        for (JsonNode container : pod.initContainers()) {
            BigDecimal amount = amountOf(container, resource);
            if (PodTree.isNativeSidecar(container)) {
                sidecars = sidecars.add(amount);
                starting = starting.max(sidecars);
            } else {
                starting = starting.max(sidecars.add(amount));
            }
        }
        BigDecimal running = sidecars;
        for (JsonNode container : pod.containers()) {
            running = running.add(amountOf(container, resource));
        }
        return running.max(starting);
    }

    private static BigDecimal amountOf(JsonNode container, Resource resource) {
        return requestOf(container.path("resources"), resource)
                .map(Quantity::amount)
                .orElse(BigDecimal.ZERO);
    }

    /** An absent request takes the limit's number, one of 0 does not. */
    static Optional<Quantity> requestOf(JsonNode resources, Resource resource) {
        boolean given = resources.path("requests").has(resource.field());
        return number(resources, given ? "requests" : "limits", resource);
    }

    static Optional<Quantity> number(JsonNode resources, String which, Resource resource) {
        return Quantity.parse(resources.path(which).path(resource.field()).asString(""));
    }
}
