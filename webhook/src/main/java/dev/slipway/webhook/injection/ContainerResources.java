package dev.slipway.webhook.injection;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contract.Problems;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Chooses the four resource numbers of our containers for one pod: annotations win over the platform's defaults, and
 * defaults give way to what the pod itself says.
 *
 * <ul>
 *   <li>A default never exceeds a number on the level of the pod, which the API server would refuse.
 *   <li>A pod of the Guaranteed class stays Guaranteed: requests equal limits, within what its containers have.
 * </ul>
 */
final class ContainerResources {
    private final PodTree pod;
    private final AnnotationValues values;
    private final Problems problems;
    private final boolean guaranteed;

    private ContainerResources(PodTree pod, AnnotationValues values, Problems problems) {
        this.pod = pod;
        this.values = values;
        this.problems = problems;
        this.guaranteed = isGuaranteed(pod);
    }

    static ResourceNumbers choose(PodTree pod, AnnotationValues values, ResourceNumbers defaults, Problems problems) {
        var chooser = new ContainerResources(pod, values, problems);
        Pair cpu = chooser.pair(
                "cpu",
                Annotations.REQUESTS_CPU,
                Annotations.LIMITS_CPU,
                new Pair(defaults.requestsCpu(), defaults.limitsCpu()));
        Pair memory = chooser.pair(
                "memory",
                Annotations.REQUESTS_MEMORY,
                Annotations.LIMITS_MEMORY,
                new Pair(defaults.requestsMemory(), defaults.limitsMemory()));
        return new ResourceNumbers(cpu.request(), memory.request(), cpu.limit(), memory.limit());
    }

    private record Pair(Quantity request, Quantity limit) {}

    private Pair pair(String resource, Annotation<Quantity> requestKey, Annotation<Quantity> limitKey, Pair defaults) {
        Optional<Quantity> request = values.get(requestKey);
        Optional<Quantity> limit = values.get(limitKey);
        checkAgainstPod(requestKey, request, "requests", resource);
        checkAgainstPod(limitKey, limit, "limits", resource);
        if (request.isPresent() && limit.isPresent()) {
            checkOrder(requestKey, request.get(), limitKey, limit.get());
            return new Pair(request.get(), limit.get());
        }
        if (guaranteed) {
            Quantity both = request.or(() -> limit).orElseGet(() -> withinContainers(resource, defaults));
            return new Pair(both, both);
        }
        Quantity chosenLimit = limit.orElseGet(() ->
                Quantity.larger(atMostPod(defaults.limit(), "limits", resource), request.orElse(defaults.request())));
        Quantity cappedLimit =
                limit.isPresent() || request.isPresent() ? chosenLimit : atMostPod(chosenLimit, "limits", resource);
        Quantity chosenRequest = request.orElseGet(
                () -> Quantity.smaller(atMostPod(defaults.request(), "requests", resource), cappedLimit));
        return new Pair(chosenRequest, cappedLimit);
    }

    private void checkOrder(
            Annotation<Quantity> requestKey, Quantity request, Annotation<Quantity> limitKey, Quantity limit) {
        if (request.compareTo(limit) > 0) {
            problems.badValue(
                    requestKey.key(), request.text(), "at most " + limitKey.key() + ", which is '" + limit + "'");
        }
    }

    private void checkAgainstPod(Annotation<Quantity> key, Optional<Quantity> given, String which, String resource) {
        Optional<Quantity> most = podLevel(which, resource);
        if (given.isPresent() && most.isPresent() && given.get().compareTo(most.get()) > 0) {
            String field = "spec.resources." + which + "." + resource;
            problems.badValue(key.key(), given.get().text(), "at most " + field + ", which is '" + most.get() + "'");
        }
    }

    private Quantity atMostPod(Quantity quantity, String which, String resource) {
        return podLevel(which, resource)
                .map(most -> Quantity.smaller(most, quantity))
                .orElse(quantity);
    }

    private Optional<Quantity> podLevel(String which, String resource) {
        return number(pod.spec().path("resources"), which, resource);
    }

    /** The effective request of a pod is the larger of its init containers' and its containers': this adds nothing. */
    private Quantity withinContainers(String resource, Pair defaults) {
        Quantity largest = pod.containers().stream()
                .flatMap(container -> number(container.path("resources"), "limits", resource).stream())
                .reduce(defaults.request(), Quantity::larger);
        return Quantity.smaller(defaults.limit(), largest);
    }

    private static boolean isGuaranteed(PodTree pod) {
        List<JsonNode> containers = Stream.concat(pod.initContainers().stream(), pod.containers().stream())
                .toList();
        return !containers.isEmpty()
                && !pod.spec().path("resources").isObject()
                && containers.stream().allMatch(ContainerResources::isGuaranteed);
    }

    private static boolean isGuaranteed(JsonNode container) {
        return Stream.of("cpu", "memory").allMatch(resource -> requestEqualsLimit(container, resource));
    }

    private static boolean requestEqualsLimit(JsonNode container, String resource) {
        Optional<Quantity> limit = number(container.path("resources"), "limits", resource);
        Optional<Quantity> request = number(container.path("resources"), "requests", resource);
        // An absent request takes the limit's number.
        return limit.isPresent() && (request.isEmpty() || request.get().compareTo(limit.get()) == 0);
    }

    private static Optional<Quantity> number(JsonNode resources, String which, String resource) {
        return Quantity.parse(resources.path(which).path(resource).asText(""));
    }
}
