package dev.slipway.webhook.injection;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The names of Kubernetes objects and images, as the API server accepts them. */
final class KubernetesNames {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern SUBDOMAIN = Pattern.compile("[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?");
    /**
     * Registry with port, path, tag, digest. Looser than the registries' grammar: a typing mistake is caught, an exotic
     * registry is not locked out; but an address with a user and a password is not a name.
     */
    private static final Pattern IMAGE =
            Pattern.compile("(?:(?:[a-zA-Z0-9][-a-zA-Z0-9.]{0,252}|\\[[0-9a-fA-F:.]{2,45}])(?::[0-9]{1,5})?/)?"
                    + "[a-zA-Z0-9](?:[/._+-]*[a-zA-Z0-9])*"
                    + "(?::[_a-zA-Z0-9][-+._a-zA-Z0-9]{0,127})?(?:@[a-zA-Z0-9+._-]{1,32}:[0-9a-zA-Z]{1,256})?");

    private static final List<String> PULL_POLICIES = List.of("Always", "IfNotPresent", "Never");

    private KubernetesNames() {}

    /** A DNS-1123 label: container and volume names. */
    static Optional<String> label(String text) {
        return matching(LABEL, text);
    }

    /** A DNS-1123 subdomain: names of Secrets and ConfigMaps. */
    static Optional<String> subdomain(String text) {
        return matching(SUBDOMAIN, text);
    }

    static Optional<String> imageReference(String text) {
        return text.length() <= 1024 && !text.contains("//") ? matching(IMAGE, text) : Optional.empty();
    }

    static Optional<String> pullPolicy(String text) {
        return PULL_POLICIES.contains(text) ? Optional.of(text) : Optional.empty();
    }

    private static Optional<String> matching(Pattern pattern, String text) {
        return pattern.matcher(text).matches() ? Optional.of(text) : Optional.empty();
    }
}
