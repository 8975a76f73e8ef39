package dev.slipway.e2e.cluster;

import dev.slipway.testkit.kubernetes.GivenCluster;
import dev.slipway.testkit.kubernetes.KubeApiServer;
import dev.slipway.testkit.kubernetes.KubeBinaries;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * A cluster for the tests that take any: control plane, controllers and a played node, until standard input ends. What
 * runs on it looks to the tests as pods of kind or k3d do, so this tries the tests where neither of the two can run.
 */
public final class PlayedClusterMain {
    private PlayedClusterMain() {}

    public static void main(String[] args) throws IOException {
        try (KubeApiServer server =
                        KubeApiServer.start(KubeBinaries.find(System.getenv())).startControllers();
                KubernetesClient client = Installation.clientOf(server)) {
            Optional<PlayedNode> node = Installation.playNode(server, client, Map.of());
            System.out.println("export " + GivenCluster.VARIABLE + "=" + server.kubeconfig());
            while (System.in.read() >= 0) {
                // Until the parent process goes away.
            }
            node.ifPresent(PlayedNode::close);
        }
    }
}
