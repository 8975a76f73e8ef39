package dev.slipway.webhook.server;

import dev.slipway.webhook.admission.AdmissionRecord;
import java.time.Duration;

/** Receives every decision. Called on the event loop: it must not block. */
@FunctionalInterface
interface AdmissionObserver {
    /** @param duration from the complete body to the answer */
    void decided(AdmissionRecord admission, Duration duration);
}
