package dev.slipway.webhook.admission;

import java.util.Locale;

/** What the API server may request. */
public enum Endpoint {
    /** For pods: answers with a patch. */
    MUTATE,
    /** For workloads: answers with a refusal or warnings, never with a patch. */
    VALIDATE;

    /** As in metrics and logs. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
