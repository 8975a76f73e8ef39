package dev.slipway.webhook.injection;

import dev.slipway.contract.KubernetesDuration;
import dev.slipway.contract.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What is allowed, but will hurt later. Short sentences: the API server cuts long warnings off. */
final class PodWarnings {
    /** Proxies that carry an application's connections; as ordinary containers they start after every init container. */
    private static final Set<String> PROXIES = Set.of(
            "istio-proxy",
            "linkerd-proxy",
            "cloud-sql-proxy",
            "cloudsql-proxy",
            "alloydb-auth-proxy",
            "envoy",
            "consul-dataplane",
            "kuma-sidecar",
            "pgbouncer");

    private static final int MOST_VOLUMES = 10;

    private final AnnotationValues values;
    private final PodTree pod;
    private final List<String> warnings = new ArrayList<>();

    private PodWarnings(AnnotationValues values, PodTree pod) {
        this.values = values;
        this.pod = pod;
    }

    /** @param index of the pod's init container before which ours will stand */
    static List<String> of(AnnotationValues values, PodTree pod, MigratorContainers containers, int index) {
        var collector = new PodWarnings(values, pod);
        collector.classicProxies();
        collector.positionWithoutContainer();
        collector.emptyVolume();
        collector.envFiles(containers.takenOver().envFileVolumes(), index);
        collector.deadline(containers.settings().get(Setting.WAIT_TIMEOUT));
        containers.migrations().copyFrom().ifPresent(collector::copying);
        return List.copyOf(collector.warnings);
    }

    private void classicProxies() {
        PodTree.namesOf(pod.containers()).stream()
                .filter(PROXIES::contains)
                .distinct()
                .forEach(name -> warnings.add("container " + name
                        + " starts after the init containers, so the migration cannot connect through it;"
                        + " make it a native sidecar (an init container with restartPolicy: Always)"));
    }

    private void positionWithoutContainer() {
        Optional<String> reference = values.get(Annotations.POSITION).flatMap(Position::reference);
        List<String> names = PodTree.namesOf(pod.initContainers());
        reference
                .filter(name -> !names.contains(name))
                .ifPresent(name -> warnings.add(Annotations.POSITION.key() + ": there is no init container " + name
                        + " yet; ours stand as under auto until another webhook adds it"));
    }

    private void emptyVolume() {
        Optional<String> name = values.get(Annotations.MIGRATIONS_FROM)
                .filter(MigrationsSource.Volume.class::isInstance)
                .map(source -> ((MigrationsSource.Volume) source).name());
        boolean isEmpty = pod.volumes().stream()
                .anyMatch(volume -> name.filter(PodTree.nameOf(volume)::equals).isPresent() && volume.has("emptyDir"));
        if (isEmpty && !values.isGiven(Annotations.POSITION)) {
            warnings.add("volume " + name.orElseThrow() + " is an emptyDir; name the init container that fills it in "
                    + Annotations.POSITION.key() + ": after:NAME");
        }
    }

    /** The kubelet would wait for the file, and the container that writes it for ours. One pass over the containers. */
    private void envFiles(Set<String> volumes, int index) {
        List<JsonNode> initContainers = pod.initContainers();
        var late = new HashMap<String, List<String>>();
        var filled = new HashSet<String>();
        for (int at = 0; at < initContainers.size() && !volumes.isEmpty(); at++) {
            JsonNode container = initContainers.get(at);
            Set<String> written = InitOrder.mayFill(container, volumes);
            if (at < index) {
                filled.addAll(written);
            } else {
                String name = PodTree.nameOf(container);
                written.forEach(volume ->
                        late.computeIfAbsent(volume, first -> new ArrayList<>()).add(name));
            }
        }
        volumes.stream()
                .sorted()
                .limit(MOST_VOLUMES)
                .forEach(volume -> envFile(volume, late.getOrDefault(volume, List.of()), filled.contains(volume)));
    }

    private void envFile(String volume, List<String> late, boolean isFilled) {
        if (!late.isEmpty()) {
            warnings.add(env(volume) + ", and ours stand before " + String.join(", ", PodNames.shown(late))
                    + ", when it is not there yet; leave out " + Annotations.POSITION.key() + " or say after:"
                    + PodNames.shortened(late.get(late.size() - 1)));
        } else if (!isFilled) {
            warnings.add(env(volume) + ", but no init container writes there before ours start");
        }
    }

    private static String env(String volume) {
        return Annotations.DATABASE_FROM.key() + ": variables come from a file in volume " + PodNames.shortened(volume)
                + " (fileKeyRef)";
    }

    private void deadline(Duration wait) {
        JsonNode deadline = pod.spec().path("activeDeadlineSeconds");
        if (deadline.canConvertToLong() && deadline.longValue() < wait.toSeconds()) {
            warnings.add(
                    "spec.activeDeadlineSeconds " + deadline.longValue() + " is below " + Annotations.WAIT_TIMEOUT.key()
                            + " (" + KubernetesDuration.format(wait) + ") and counts while the pod waits");
        }
    }

    private void copying(String image) {
        warnings.add("this cluster mounts no image volumes: " + image + " must contain cp and a numeric non-root user");
    }
}
