package dev.slipway.e2e.cluster;

import dev.slipway.testkit.kubelet.LocalImage;
import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesCluster;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Slipway as the manifests install it. On a cluster without nodes its replicas run on a {@link PlayedNode}. */
public final class Installation implements AutoCloseable {
    /** Image volumes are on by default from this minor on. */
    private static final int FIRST_WITH_IMAGE_VOLUMES = 35;

    private final KubernetesCluster cluster;
    private final KubernetesClient client;
    private final Optional<PlayedNode> node;
    private final Path manifests;

    private Installation(
            KubernetesCluster cluster, KubernetesClient client, Optional<PlayedNode> node, Path manifests) {
        this.cluster = cluster;
        this.client = client;
        this.node = node;
        this.manifests = manifests;
    }

    /**
     * Applies the manifests and returns when all replicas of the webhook are ready.
     *
     * @param manifests the folder to apply with {@code -k}
     * @param moreImages beside those of {@link Images#all}; not used if nodes pull their images themselves
     */
    public static Installation start(KubernetesCluster cluster, Path manifests, Map<String, LocalImage> moreImages) {
        KubernetesClient client = clientOf(cluster);
        Optional<PlayedNode> node = playNode(cluster, client, moreImages);
        var installation = new Installation(cluster, client, node, manifests);
        try {
            installation.apply();
            installation.awaitReady();
            return installation;
        } catch (RuntimeException | AssertionError failed) {
            installation.close();
            throw failed;
        }
    }

    /** A node if the cluster has none of its own; the caller closes it. */
    public static Optional<PlayedNode> playNode(
            KubernetesCluster cluster, KubernetesClient client, Map<String, LocalImage> moreImages) {
        var images = new TreeMap<>(Images.all());
        images.putAll(moreImages);
        return cluster.own().map(server -> PlayedNode.start(server, client, images));
    }

    /** A client whose refused requests are answers, not something to try again; the caller closes it. */
    public static KubernetesClient clientOf(KubernetesCluster cluster) {
        Config config = Config.fromKubeconfig(cluster.kubeconfig().toFile());
        config.setRequestRetryBackoffLimit(0);
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    /** Empty on a cluster with nodes of its own. */
    public Optional<PlayedNode> node() {
        return node;
    }

    /** The folder that is applied. */
    public Path manifests() {
        return manifests;
    }

    public void apply() {
        kubectl().run("apply", "-k", manifests.toString());
    }

    public void awaitReady() {
        kubectl()
                .run("rollout", "status", "deployment/slipway-webhook", "--namespace=slipway-system", "--timeout=180s");
    }

    public Kubectl kubectl() {
        return cluster.kubectl();
    }

    public KubernetesClient client() {
        return client;
    }

    public KubernetesCluster cluster() {
        return cluster;
    }

    /**
     * Whether the API server is so new that the webhook relies on image volumes; otherwise an init container copies.
     */
    public boolean hasImageVolumes() {
        String minor = client.getKubernetesVersion().getMinor().replaceAll("[^0-9].*", "");
        return Integer.parseInt(minor) >= FIRST_WITH_IMAGE_VOLUMES;
    }

    /** Uninstalls without waiting for the webhook to drain; the namespaces of the tests are theirs to delete before. */
    @Override
    public void close() {
        kubectl()
                .tryRun("delete", "deployments,replicasets", "--all", "--namespace=slipway-system", "--cascade=orphan");
        kubectl().tryRun("delete", "pods", "--all", "--namespace=slipway-system", "--force", "--grace-period=0");
        kubectl().tryRun("delete", "-k", manifests.toString(), "--ignore-not-found");
        node.ifPresent(PlayedNode::close);
        client.close();
    }
}
