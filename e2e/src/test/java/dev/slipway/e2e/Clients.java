package dev.slipway.e2e;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;

/** API clients; the caller closes them. */
final class Clients {
    private Clients() {}

    static KubernetesClient of(Path kubeconfig) {
        Config config = Config.fromKubeconfig(kubeconfig.toFile());
        // A refused request is the answer that a test wants to see, not one to ask for again.
        config.setRequestRetryBackoffLimit(0);
        return new KubernetesClientBuilder().withConfig(config).build();
    }
}
