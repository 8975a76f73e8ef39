package dev.slipway.webhook.certificates;

import dev.slipway.certs.CertificateBundle;
import java.util.List;

/** What to do with the {@code caBundle} fields of a webhook configuration. */
sealed interface BundleDecision {
    /** Every byte is correct, or the configuration does not exist. */
    record Keep() implements BundleDecision {}

    /**
     * Write this text into each of these webhooks.
     *
     * @param resourceVersion of the configuration that this was decided on
     * @param webhooks the names of all its webhooks, sorted; not only the wrong ones, because a field that we leave out
     *     of an apply counts as given up by us
     * @param different those among them that had another text
     */
    record Apply(String resourceVersion, List<String> webhooks, List<String> different, String caBundle)
            implements BundleDecision {}

    static BundleDecision decide(LiveConfiguration live, CertificateBundle wanted) {
        if (live instanceof LiveConfiguration.Present present) {
            String caBundle = wanted.toBase64();
            List<String> webhooks = present.bundles().keySet().stream().sorted().toList();
            List<String> different = webhooks.stream()
                    .filter(webhook -> !caBundle.equals(present.bundles().get(webhook)))
                    .toList();
            return different.isEmpty()
                    ? new Keep()
                    : new Apply(present.resourceVersion(), webhooks, different, caBundle);
        }
        return new Keep();
    }
}
