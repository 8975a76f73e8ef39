package dev.slipway.webhook.server;

import dev.slipway.webhook.admission.AdmissionRecord;
import dev.slipway.webhook.metrics.WebhookMetrics;
import java.time.Duration;
import java.util.Locale;

/** Counts every decision. */
record AdmissionReport(WebhookMetrics metrics) implements AdmissionObserver {
    @Override
    public void decided(AdmissionRecord admission, Duration duration) {
        metrics.admission(
                admission.endpoint().label(),
                admission.operation().toLowerCase(Locale.ROOT),
                admission.outcome().label(),
                admission.reason(),
                admission.dryRun(),
                duration);
    }
}
