package dev.slipway.webhook.server;

import dev.slipway.webhook.admission.AdmissionHandler;
import dev.slipway.webhook.metrics.WebhookMetrics;
import java.util.concurrent.atomic.AtomicInteger;

/** What the event loops of one server share. */
record ServerParts(
        ServerLimits limits,
        Connections connections,
        Holdings holdings,
        LargeReviews large,
        AtomicInteger inFlight,
        AdmissionHandler handler,
        WebhookMetrics metrics,
        Readiness readiness,
        ClientCertificates clients,
        AdmissionObserver observer) {}
