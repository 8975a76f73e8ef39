package dev.slipway.webhook.server;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Whether this replica should get requests: every check passes and it is not draining. Thread-safe. */
public final class Readiness extends HealthChecks {
    private final AtomicBoolean draining = new AtomicBoolean();

    public Readiness() {
        addCheck("draining", () -> draining.get() ? Optional.of("this replica is shutting down") : Optional.empty());
    }

    /** From here on never ready again. */
    public void drain() {
        draining.set(true);
    }

    public boolean isDraining() {
        return draining.get();
    }

    public boolean isReady() {
        return problems().isEmpty();
    }
}
