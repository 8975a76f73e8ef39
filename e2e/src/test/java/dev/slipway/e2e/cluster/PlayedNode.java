package dev.slipway.e2e.cluster;

import dev.slipway.testkit.kubelet.Kubelet;
import dev.slipway.testkit.kubelet.LocalImage;
import dev.slipway.testkit.kubelet.PodRun;
import dev.slipway.testkit.kubernetes.KubeApiServer;
import dev.slipway.testkit.process.RunningProcess;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A node on which the scheduler places pods and which runs them as processes: init containers in order, application
 * containers if their image is known, mounted Secrets, ConfigMaps and tokens from the API, readiness probes, status and
 * termination messages back into the API, deletion with preStop and grace period. Pods that stand for an application
 * whose image is not known count as running.
 */
public final class PlayedNode implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String NAME = "played-node";
    private static final long PAUSE_MILLIS = 200;
    private static final Set<String> FINAL = Set.of("Succeeded", "Failed");

    private final KubeApiServer server;
    private final KubernetesClient client;
    private final Kubelet kubelet;
    private final Map<String, PlayedPod> pods = new ConcurrentHashMap<>();
    private final Set<String> terminating = ConcurrentHashMap.newKeySet();
    private final Map<String, ObjectNode> published = new ConcurrentHashMap<>();
    private final Thread loop = new Thread(this::run, NAME);
    private volatile boolean closed;

    private PlayedNode(KubeApiServer server, KubernetesClient client, Map<String, LocalImage> images) {
        this.server = server;
        this.client = client;
        this.kubelet = new Kubelet(new ApiObjects(client), images);
    }

    /**
     * Adds the node to the cluster and routes the API server's calls to Services to the pods that run on it.
     *
     * @param images which parts of this machine stand for which image
     */
    public static PlayedNode start(KubeApiServer server, KubernetesClient client, Map<String, LocalImage> images) {
        var node = new PlayedNode(server, client, images);
        node.register();
        server.use(new ServiceNetwork(client));
        node.loop.setDaemon(true);
        node.loop.start();
        return node;
    }

    /** The pod of this name, if it runs here. */
    public Optional<PlayedPod> pod(String namespace, String name) {
        return pods.values().stream()
                .filter(pod -> pod.namespace().equals(namespace) && pod.name().equals(name))
                .findFirst();
    }

    /** The process of a container, if one runs at this moment. */
    public Optional<RunningProcess> process(String namespace, String pod, String container) {
        return pod(namespace, pod).flatMap(each -> each.run().process(container));
    }

    private void register() {
        var room = Map.of("cpu", new Quantity("64"), "memory", new Quantity("256Gi"), "pods", new Quantity("500"));
        client.resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName(NAME)
                        .addToLabels("kubernetes.io/hostname", NAME)
                        .addToLabels("kubernetes.io/os", "linux")
                        .endMetadata()
                        .withNewStatus()
                        .withCapacity(room)
                        .withAllocatable(room)
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus("True")
                        .withReason("KubeletReady")
                        .endCondition()
                        .endStatus()
                        .build())
                .create();
        // An admission plugin taints every new node, and the controller that takes it away does not run here.
        client.nodes().withName(NAME).edit(node -> {
            node.getSpec().setTaints(List.of());
            return node;
        });
    }

    private void run() {
        while (!closed) {
            try {
                sync();
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            } catch (KubernetesClientException again) {
                // The API server refused or did not answer; as a kubelet does, look again.
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    private void sync() {
        Map<String, JsonNode> wanted = StreamSupport.stream(listed().spliterator(), false)
                .collect(
                        Collectors.toMap(pod -> pod.path("metadata").path("uid").asString(), pod -> pod));
        wanted.values().forEach(this::startOrStop);
        pods.forEach((uid, pod) -> {
            if (!wanted.containsKey(uid)) {
                forget(pod);
            } else if (!terminating.contains(uid)) {
                publish(pod);
            }
        });
    }

    /** As trees, so that fields which the client's model does not know reach the containers too. */
    private JsonNode listed() {
        String list = client.raw("/api/v1/pods?fieldSelector=spec.nodeName%3D" + NAME);
        return JSON.readTree(list == null ? "{}" : list).path("items");
    }

    private void startOrStop(JsonNode pod) {
        String uid = pod.path("metadata").path("uid").asString();
        boolean leaving = pod.path("metadata").has("deletionTimestamp");
        PlayedPod playing = pods.get(uid);
        if (leaving) {
            stop(uid, Optional.ofNullable(playing), pod);
        } else if (playing == null
                && !FINAL.contains(pod.path("status").path("phase").asString())) {
            start(uid, pod);
        }
    }

    private void start(String uid, JsonNode pod) {
        boolean onTheHost = pod.path("spec").path("hostNetwork").asBoolean();
        String address = onTheHost ? PodAddresses.ofTheNode() : PodAddresses.next();
        PodRun run = kubelet.start(NodeEnvironment.add(pod, address, server.address()));
        pods.put(uid, PlayedPod.of(pod, address, run));
    }

    /** In the background, because a grace period may be long, and the other pods go on. */
    private void stop(String uid, Optional<PlayedPod> playing, JsonNode pod) {
        if (terminating.add(uid)) {
            var thread = new Thread(() -> terminate(uid, playing, pod), "terminate " + uid);
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void terminate(String uid, Optional<PlayedPod> playing, JsonNode pod) {
        try {
            if (playing.isPresent()) {
                TimeUnit.SECONDS.sleep(playing.get().preStopSeconds());
                playing.get().run().delete();
                publish(playing.get());
            }
            resource(pod).withGracePeriod(0).delete();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (KubernetesClientException again) {
            terminating.remove(uid);
        }
    }

    private PodResource resource(JsonNode pod) {
        return client.pods()
                .inNamespace(pod.path("metadata").path("namespace").asString())
                .withName(pod.path("metadata").path("name").asString());
    }

    private void forget(PlayedPod pod) {
        pod.run().close();
        pods.remove(pod.uid());
        published.remove(pod.uid());
        terminating.remove(pod.uid());
    }

    private void publish(PlayedPod pod) {
        ObjectNode status = pod.status();
        if (!status.equals(published.put(pod.uid(), status))) {
            ObjectNode patch = JSON.createObjectNode();
            patch.set("status", status);
            patch.putObject("metadata").put("uid", pod.uid());
            patchStatus(pod, patch);
        }
    }

    private void patchStatus(PlayedPod pod, ObjectNode patch) {
        try {
            resource(pod.pod())
                    .subresource("status")
                    .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), patch.toString());
        } catch (KubernetesClientException notNow) {
            published.remove(pod.uid());
            throw notNow;
        }
    }

    /** Kills what runs and removes the node. */
    @Override
    public void close() {
        closed = true;
        loop.interrupt();
        try {
            loop.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        kubelet.close();
        client.nodes().withName(NAME).delete();
    }

    /** The pod's typed form, for messages of failed tests. */
    public Pod typed(PlayedPod pod) {
        return resource(pod.pod()).get();
    }
}
