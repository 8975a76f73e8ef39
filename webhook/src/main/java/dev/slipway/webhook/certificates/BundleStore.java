package dev.slipway.webhook.certificates;

/**
 * Where a caller of ours keeps the CAs that it trusts. Every method may block, and throws an unchecked exception if the
 * store fails.
 */
interface BundleStore {
    /** As in {@code MutatingWebhookConfiguration slipway-webhook}. */
    String subject();

    LiveConfiguration read();

    /** @return false if the content is no longer as it was read: read again and decide again */
    boolean apply(BundleDecision.Apply decision);
}
