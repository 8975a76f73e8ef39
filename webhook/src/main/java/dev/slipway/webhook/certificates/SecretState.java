package dev.slipway.webhook.certificates;

import java.security.cert.X509Certificate;
import java.util.List;

/** What was read of the Secret. A resource version is the one to write against. */
sealed interface SecretState {
    record Absent() implements SecretState {}

    /** It exists without our two keys: it was made for us to fill. */
    record Empty(String resourceVersion) implements SecretState {}

    /**
     * @param problems sentences without secrets
     * @param salvaged the CA certificates that could still be read
     */
    record Damaged(String resourceVersion, List<String> problems, List<X509Certificate> salvaged)
            implements SecretState {}

    /** Certificates and keys fit together; whether they are valid at this moment is not asked. */
    record Healthy(String resourceVersion, CaSet authorities) implements SecretState {}
}
