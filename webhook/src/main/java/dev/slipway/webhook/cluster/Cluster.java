package dev.slipway.webhook.cluster;

import dev.slipway.webhook.config.KubernetesVersion;
import dev.slipway.webhook.log.EventLog;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.VersionInfo;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Where clients of the API server come from. */
public final class Cluster {
    private static final EventLog LOG = new EventLog(Cluster.class);
    /** Managed clusters append a plus sign to the minor, or more. */
    private static final Pattern NUMBER = Pattern.compile("(\\d{1,6})([^\\d].*)?");

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private Cluster() {}

    /**
     * A client as the service account of this pod or, outside a cluster, as the current context of the user's
     * kubeconfig. Does not connect yet. The caller closes it.
     */
    public static KubernetesClient connect() {
        return connect(Config.autoConfigure(null));
    }

    /** A client as the current context of this kubeconfig. Does not connect yet. The caller closes it. */
    public static KubernetesClient connect(Path kubeconfig) {
        return connect(Config.fromKubeconfig(kubeconfig.toFile()));
    }

    private static KubernetesClient connect(Config config) {
        config.setConnectionTimeout((int) TIMEOUT.toMillis());
        config.setRequestTimeout((int) TIMEOUT.toMillis());
        // Callers have their own backoff and need to see failures.
        config.setRequestRetryBackoffLimit(0);
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withKubernetesSerialization(ofFewKinds())
                .build();
    }

    /**
     * Does not look for every kind that the client's jars know, which would load thousands of classes for the first
     * event of a watch; the client converts events to the kind that is watched. An error is told by its kind.
     */
    static KubernetesSerialization ofFewKinds() {
        var serialization = new KubernetesSerialization(new JsonMapper(), false);
        serialization.registerKubernetesResource("v1", "Status", Status.class);
        return serialization;
    }

    /** The API server's version; empty, with a line in the log, if it can't be read. Blocks for 10 s at most. */
    public static Optional<KubernetesVersion> version(KubernetesClient client) {
        try {
            return parse(client.getKubernetesVersion());
        } catch (KubernetesClientException unreachable) {
            LOG.warn(
                    "Kubernetes version unknown, taken for one without image volumes",
                    Map.of("problem", String.valueOf(unreachable.getMessage())));
            return Optional.empty();
        }
    }

    private static Optional<KubernetesVersion> parse(@Nullable VersionInfo info) {
        return info == null || info.getMajor() == null || info.getMinor() == null
                ? Optional.empty()
                : parse(info.getMajor(), info.getMinor());
    }

    /** Both parts as {@code /version} gives them; empty if they are not numbers. */
    static Optional<KubernetesVersion> parse(String major, String minor) {
        Matcher majorParts = NUMBER.matcher(major);
        Matcher minorParts = NUMBER.matcher(minor);
        return majorParts.matches() && minorParts.matches()
                ? Optional.of(new KubernetesVersion(
                        Integer.parseInt(majorParts.group(1)), Integer.parseInt(minorParts.group(1))))
                : Optional.empty();
    }
}
