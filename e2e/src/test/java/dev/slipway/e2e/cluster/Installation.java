package dev.slipway.e2e.cluster;

import dev.slipway.testkit.kubelet.LocalImage;
import dev.slipway.testkit.kubernetes.KubeApiServer;
import dev.slipway.testkit.kubernetes.Kubectl;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.util.Map;

/** Slipway as the manifests install it, its replicas running on a {@link PlayedNode}. */
public final class Installation implements AutoCloseable {
    private final KubeApiServer server;
    private final KubernetesClient client;
    private final PlayedNode node;
    private final Path manifests;

    private Installation(KubeApiServer server, KubernetesClient client, PlayedNode node, Path manifests) {
        this.server = server;
        this.client = client;
        this.node = node;
        this.manifests = manifests;
    }

    /**
     * Applies the manifests and returns when all replicas of the webhook are ready.
     *
     * @param manifests the folder to apply with {@code -k}
     * @param moreImages beside those of {@link Images#all}
     */
    public static Installation start(KubeApiServer server, Path manifests, Map<String, LocalImage> moreImages) {
        KubernetesClient client = clientOf(server);
        var images = new java.util.TreeMap<>(Images.all());
        images.putAll(moreImages);
        var installation = new Installation(server, client, PlayedNode.start(server, client, images), manifests);
        try {
            installation.apply();
            installation.awaitReady();
            return installation;
        } catch (RuntimeException | AssertionError failed) {
            installation.close();
            throw failed;
        }
    }

    /** A client whose refused requests are answers, not something to try again; the caller closes it. */
    public static KubernetesClient clientOf(KubeApiServer server) {
        Config config = Config.fromKubeconfig(server.kubeconfig().toFile());
        config.setRequestRetryBackoffLimit(0);
        return new KubernetesClientBuilder().withConfig(config).build();
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
        return server.kubectl();
    }

    public KubernetesClient client() {
        return client;
    }

    public PlayedNode node() {
        return node;
    }

    public KubeApiServer server() {
        return server;
    }

    /** Uninstalls; the namespaces of the tests are theirs to delete before. */
    @Override
    public void close() {
        kubectl().tryRun("delete", "-k", manifests.toString(), "--ignore-not-found");
        node.close();
        client.close();
    }
}
