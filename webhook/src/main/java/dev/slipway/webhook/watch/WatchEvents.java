package dev.slipway.webhook.watch;

import dev.slipway.webhook.log.EventLog;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;

/** What happens to the watch itself, for log and metrics. Thread-safe. */
final class WatchEvents {
    /** {@code slipway_webhook_watch_leader}: 1 on the replica that watches. */
    static final String LEADER = "slipway.webhook.watch.leader";

    /** {@code slipway_webhook_watch_pods}: injected pods that this replica follows. */
    static final String PODS = "slipway.webhook.watch.pods";

    /** {@code slipway_webhook_watch_failures_total}: requests of the watch that failed. */
    static final String FAILURES = "slipway.webhook.watch.failures";

    private static final EventLog LOG = new EventLog(MigrationWatch.class);

    private final AtomicBoolean leader = new AtomicBoolean();
    private final Counter failures;

    WatchEvents(MeterRegistry meters, IntSupplier pods) {
        failures = Counter.builder(FAILURES)
                .description("Requests of the watch that failed; most are tried again")
                .register(meters);
        // A gauge of that name may look at what was there before the client of the API server was replaced.
        meters.find(LEADER).meters().forEach(meters::remove);
        meters.find(PODS).meters().forEach(meters::remove);
        Gauge.builder(LEADER, () -> leader.get() ? 1 : 0)
                .description("1 on the replica that watches")
                .register(meters);
        Gauge.builder(PODS, pods::getAsInt)
                .description("Injected pods that this replica follows")
                .register(meters);
    }

    void started(String countedUntil) {
        leader.set(true);
        LOG.info("watching injected pods", Map.of("countedUntil", countedUntil));
    }

    void stopped() {
        if (leader.getAndSet(false)) {
            LOG.info("no longer watching injected pods", Map.of());
        }
    }

    /** @param what a constant */
    void failed(String what, Throwable failure) {
        failures.increment();
        LOG.warn(what, Map.of("problem", String.valueOf(failure.getMessage())));
    }

    void failed(String what, Throwable failure, Duration retryIn) {
        failures.increment();
        LOG.warn(what, Map.of("problem", String.valueOf(failure.getMessage()), "retryInMillis", retryIn.toMillis()));
    }
}
