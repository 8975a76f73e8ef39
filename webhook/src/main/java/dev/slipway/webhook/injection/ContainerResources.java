package dev.slipway.webhook.injection;

import dev.slipway.contract.Problems;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Chooses the four resource numbers of our containers for one pod: annotations win over the platform's defaults, and
 * defaults give way to what the pod itself says.
 *
 * <ul>
 *   <li>A default never exceeds what the level of the pod leaves, which the API server would refuse. The limit then goes
 *       down with the request, because a LimitRange may bound their ratio.
 *   <li>A LimitRange may bound the ratio of limit to request. It bounds that of every container, so a default keeps the
 *       ratio of the pod's own containers if that costs the pod nothing, or if a LimitRange is seen to have set numbers.
 *   <li>CPU that the pod requests anyway is requested, up to what a quick start needs.
 *   <li>A pod of the Guaranteed class stays Guaranteed: requests equal limits, within what its containers have.
 * </ul>
 */
final class ContainerResources {
    /** The API server's LimitRanger writes it on pods that it has given numbers. */
    private static final String LIMIT_RANGER = "kubernetes.io/limit-ranger";

    /** With this much a JVM starts within seconds on a busy node; more is not asked for without need. */
    private static final BigDecimal ENOUGH_CPU = new BigDecimal("0.1");

    private final PodTree pod;
    private final List<JsonNode> before;
    private final AnnotationValues values;
    private final Problems problems;
    private final boolean guaranteed;

    private ContainerResources(PodTree pod, List<JsonNode> before, AnnotationValues values, Problems problems) {
        this.pod = pod;
        this.before = before;
        this.values = values;
        this.problems = problems;
        this.guaranteed = isGuaranteed(pod);
    }

    /** @param before the init containers that will stand before ours */
    static ResourceNumbers choose(
            PodTree pod, List<JsonNode> before, AnnotationValues values, ResourceNumbers defaults, Problems problems) {
        var chooser = new ContainerResources(pod, before, values, problems);
        Pair cpu = chooser.pair(
                Resource.CPU,
                Annotations.REQUESTS_CPU,
                Annotations.LIMITS_CPU,
                new Pair(defaults.requestsCpu(), defaults.limitsCpu()));
        Pair memory = chooser.pair(
                Resource.MEMORY,
                Annotations.REQUESTS_MEMORY,
                Annotations.LIMITS_MEMORY,
                new Pair(defaults.requestsMemory(), defaults.limitsMemory()));
        return new ResourceNumbers(cpu.request(), memory.request(), cpu.limit(), memory.limit());
    }

    private record Pair(Quantity request, Quantity limit) {}

    private Pair pair(
            Resource resource, Annotation<Quantity> requestKey, Annotation<Quantity> limitKey, Pair defaults) {
        Optional<Quantity> request = values.get(requestKey);
        Optional<Quantity> limit = values.get(limitKey);
        checkAgainstPod(limitKey, limit, resource);
        if (request.isPresent() && limit.isPresent()) {
            checkOrder(requestKey, request.get(), limitKey, limit.get());
            checkGuaranteed(requestKey, request.get(), limitKey, limit.get());
        }
        Pair wanted = guaranteed
                ? guaranteed(resource, request, limit, defaults)
                : burstable(resource, request, limit, defaults);
        return withinRoom(resource, requestKey, limit.isPresent(), wanted, defaults);
    }

    private Pair guaranteed(Resource resource, Optional<Quantity> request, Optional<Quantity> limit, Pair defaults) {
        if (request.isPresent() && limit.isPresent()) {
            return new Pair(request.get(), limit.get());
        }
        Quantity both = request.or(() -> limit).orElseGet(() -> withinContainers(resource, defaults));
        return new Pair(both, both);
    }

    private Pair burstable(Resource resource, Optional<Quantity> request, Optional<Quantity> limit, Pair defaults) {
        Quantity asked = request.orElseGet(() -> withFreeCpu(resource, defaults.request()));
        Quantity chosenLimit = limit.orElseGet(() -> Quantity.larger(
                atMostPodLimit(defaults.limit(), resource),
                request.isPresent() ? asked : atMostPodLimit(asked, resource)));
        return request.map(given -> new Pair(given, chosenLimit))
                .orElseGet(() -> inRatio(
                        resource, new Pair(Quantity.smaller(asked, chosenLimit), chosenLimit), limit.isPresent()));
    }

    /** What the pod requests anyway costs it nothing, lets a JVM start sooner, and fits a LimitRange with a minimum. */
    private Quantity withFreeCpu(Resource resource, Quantity request) {
        BigDecimal free = PodRoom.requestedAnyway(pod, resource, before).min(ENOUGH_CPU);
        return resource == Resource.CPU && free.compareTo(request.amount()) > 0 ? resource.of(free) : request;
    }

    /** Memory that is taken away may be missed, so there the request goes up; less CPU is only slower. */
    private Pair inRatio(Resource resource, Pair wanted, boolean limitGiven) {
        Optional<Pair> steepest = steepest(resource);
        if (steepest.isEmpty() || !steeper(wanted, steepest.get())) {
            return wanted;
        }
        BigDecimal request = steepest.get().request().amount();
        BigDecimal limit = steepest.get().limit().amount();
        BigDecimal needed = wanted.limit().amount().multiply(request).divide(limit, MathContext.DECIMAL128);
        boolean ranged = pod.annotations().has(LIMIT_RANGER);
        if (needed.compareTo(PodRoom.requestedAnyway(pod, resource, before)) <= 0
                || (ranged && resource == Resource.MEMORY)) {
            return new Pair(Quantity.smaller(wanted.limit(), resource.of(needed, RoundingMode.UP)), wanted.limit());
        }
        if (!ranged || limitGiven) {
            return wanted;
        }
        BigDecimal raised = wanted.request()
                .amount()
                .max(ENOUGH_CPU)
                .min(needed.max(wanted.request().amount()));
        return new Pair(
                resource.of(raised, RoundingMode.UP),
                Quantity.smaller(
                        wanted.limit(), resource.of(raised.multiply(limit).divide(request, MathContext.DECIMAL128))));
    }

    /** The numbers of the container with the largest ratio; empty if one lacks a number, which no ratio allows. */
    private Optional<Pair> steepest(Resource resource) {
        Optional<Pair> steepest = Optional.empty();
        for (JsonNode container : initAndOthers(pod)) {
            Optional<Quantity> limit = PodRoom.number(container.path("resources"), "limits", resource);
            Optional<Quantity> request = PodRoom.requestOf(container.path("resources"), resource);
            if (limit.isEmpty() || request.isEmpty()) {
                return Optional.empty();
            }
            var pair = new Pair(request.get(), limit.get());
            if (steepest.isEmpty() || steeper(pair, steepest.get())) {
                steepest = Optional.of(pair);
            }
        }
        return steepest;
    }

    private static List<JsonNode> initAndOthers(PodTree pod) {
        return Stream.concat(pod.initContainers().stream(), pod.containers().stream())
                .toList();
    }

    private static boolean steeper(Pair one, Pair other) {
        BigDecimal left = one.limit().amount().multiply(other.request().amount());
        return left.compareTo(other.limit().amount().multiply(one.request().amount())) > 0;
    }

    /** Lowers a default to what the pod leaves; a number that was asked for is refused instead. */
    private Pair withinRoom(
            Resource resource, Annotation<Quantity> requestKey, boolean limitGiven, Pair wanted, Pair defaults) {
        Optional<PodRoom> found = PodRoom.of(pod, resource, before);
        if (found.isEmpty() || wanted.request().amount().compareTo(found.get().left()) <= 0) {
            return wanted;
        }
        PodRoom room = found.get();
        if (room.left().compareTo(resource.smallest().amount()) < 0) {
            problems.add(
                    "spec.resources.requests." + resource.field(),
                    "leaves nothing for " + OwnContainers.MIGRATE + ": " + room.words(resource)
                            + "; raise it by at least " + wanted.request());
            return wanted;
        }
        Quantity left = room.sidecars().isEmpty() ? room.request() : resource.of(room.left());
        if (values.get(requestKey).isPresent()) {
            problems.badValue(
                    requestKey.key(),
                    wanted.request().text(),
                    "at most '" + left + "', what is left of " + room.words(resource));
            return wanted;
        }
        return new Pair(left, limitGiven ? wanted.limit() : inProportion(resource, defaults, wanted.limit(), left));
    }

    private static Quantity inProportion(Resource resource, Pair defaults, Quantity most, Quantity request) {
        BigDecimal amount = defaults.limit()
                .amount()
                .multiply(request.amount())
                .divide(defaults.request().amount(), MathContext.DECIMAL64)
                .max(resource.least)
                .max(request.amount());
        return Quantity.smaller(most, resource.of(amount));
    }

    private void checkOrder(
            Annotation<Quantity> requestKey, Quantity request, Annotation<Quantity> limitKey, Quantity limit) {
        if (request.compareTo(limit) > 0) {
            problems.badValue(
                    requestKey.key(), request.text(), "at most " + limitKey.key() + ", which is '" + limit + "'");
        }
    }

    private void checkGuaranteed(
            Annotation<Quantity> requestKey, Quantity request, Annotation<Quantity> limitKey, Quantity limit) {
        if (guaranteed && request.compareTo(limit) < 0) {
            problems.badValue(
                    requestKey.key(),
                    request.text(),
                    "the same as " + limitKey.key() + " '" + limit
                            + "', as every container of this pod is Guaranteed and it would no longer be");
        }
    }

    private void checkAgainstPod(Annotation<Quantity> key, Optional<Quantity> given, Resource resource) {
        Optional<Quantity> most = podLimit(resource);
        if (given.isPresent() && most.isPresent() && given.get().compareTo(most.get()) > 0) {
            String field = "spec.resources.limits." + resource.field();
            problems.badValue(key.key(), given.get().text(), "at most " + field + ", which is '" + most.get() + "'");
        }
    }

    private Quantity atMostPodLimit(Quantity quantity, Resource resource) {
        return podLimit(resource).map(most -> Quantity.smaller(most, quantity)).orElse(quantity);
    }

    private Optional<Quantity> podLimit(Resource resource) {
        return PodRoom.number(pod.spec().path("resources"), "limits", resource);
    }

    /** The effective request of a pod is the larger of its init containers' and its containers': this adds nothing. */
    private Quantity withinContainers(Resource resource, Pair defaults) {
        Quantity largest = pod.containers().stream()
                .flatMap(container -> PodRoom.number(container.path("resources"), "limits", resource).stream())
                .reduce(defaults.request(), Quantity::larger);
        return Quantity.smaller(defaults.limit(), largest);
    }

    private static boolean isGuaranteed(PodTree pod) {
        List<JsonNode> containers = initAndOthers(pod);
        return !containers.isEmpty()
                && !pod.spec().path("resources").isObject()
                && containers.stream().allMatch(ContainerResources::isGuaranteed);
    }

    private static boolean isGuaranteed(JsonNode container) {
        return Stream.of(Resource.values()).allMatch(resource -> requestEqualsLimit(container, resource));
    }

    private static boolean requestEqualsLimit(JsonNode container, Resource resource) {
        Optional<Quantity> limit = PodRoom.number(container.path("resources"), "limits", resource);
        Optional<Quantity> request = PodRoom.requestOf(container.path("resources"), resource);
        return limit.isPresent() && request.isPresent() && request.get().compareTo(limit.get()) == 0;
    }
}
