package dev.slipway.webhook.certificates;

import dev.slipway.certs.CertificateBundle;
import dev.slipway.certs.ServingCheck;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether the API server, with the bundles that it has now, would accept what this replica serves now. */
final class CertificateReadiness {
    private CertificateReadiness() {}

    /**
     * What is wrong, as one sentence; empty if everything holds. A configuration that does not exist calls no webhook
     * and is no problem.
     */
    static Optional<String> problem(
            Optional<ServedLeaf> serving, List<LiveConfiguration> live, String serverName, Instant now) {
        if (serving.isEmpty()) {
            return Optional.of("there is no serving certificate yet");
        }
        return live.stream()
                .map(configuration -> problem(serving.get().leaf().certificate(), configuration, serverName, now))
                .flatMap(Optional::stream)
                .findFirst()
                .or(() -> unsettled(serving.get()));
    }

    private static Optional<String> unsettled(ServedLeaf serving) {
        return serving.settled()
                ? Optional.empty()
                : Optional.of("the caBundle was published moments ago; an API server may not have noticed yet");
    }

    private static Optional<String> problem(
            X509Certificate leaf, LiveConfiguration configuration, String serverName, Instant now) {
        if (configuration instanceof LiveConfiguration.Unknown) {
            return Optional.of(configuration.subject() + " could not be read yet");
        }
        if (configuration instanceof LiveConfiguration.Present present) {
            return present.bundles().keySet().stream()
                    .sorted()
                    .map(webhook -> problem(leaf, webhook, present.trusted(), serverName, now))
                    .flatMap(Optional::stream)
                    .findFirst()
                    .map(text -> present.subject() + ", " + text);
        }
        return Optional.empty();
    }

    private static Optional<String> problem(
            X509Certificate leaf,
            String webhook,
            Map<String, CertificateBundle> trusted,
            String serverName,
            Instant now) {
        CertificateBundle bundle = trusted.get(webhook);
        if (bundle == null) {
            return Optional.of("webhook " + webhook + ": caBundle is missing or not PEM");
        }
        return ServingCheck.problems(leaf, bundle, serverName, now).stream()
                .findFirst()
                .map(text -> "webhook " + webhook + ": the serving certificate would be refused: " + text);
    }
}
