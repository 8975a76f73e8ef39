package dev.slipway.webhook.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.function.Supplier;

/** A client that is replaced after a second without an answer, where the one of the process waits for a minute. */
public final class ImpatientClient {
    private ImpatientClient() {}

    public static ClusterClient of(Supplier<KubernetesClient> connect) {
        return new ClusterClient(connect, Duration.ofMillis(200), Duration.ofSeconds(1));
    }
}
