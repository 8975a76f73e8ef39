package dev.slipway.webhook.certificates;

import dev.slipway.certs.ServingCertificate;
import dev.slipway.webhook.cluster.Pauses;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Watchable;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks after this replica's serving certificate and, together with all other replicas, after the CA and the {@code
 * caBundle} of our webhook configurations, until it is closed. Thread-safe.
 *
 * <p>One thread does all the work. Watches of the Secret and of both configurations wake it, so do the clock and, in
 * case an event was lost, the regular look; failures are tried again with growing pauses.
 */
public final class ManagedCertificates implements AutoCloseable {
    /** Several events at once, as after our own write, become one look. */
    private static final Duration COALESCE = Duration.ofMillis(50);

    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "slipway-certificates");
        thread.setDaemon(true);
        return thread;
    });
    private final List<ObjectWatch<?>> watches = new ArrayList<>();
    private final CaSecret secret;
    private final List<WebhookConfiguration> configurations;
    private final CertificateKeeper keeper;
    private final CertificateEvents events;
    private final Clock clock;
    private final Pauses backoff = new Pauses();
    private @Nullable ScheduledFuture<?> next;

    private ManagedCertificates(
            CaSecret secret,
            List<WebhookConfiguration> configurations,
            CertificateKeeper keeper,
            CertificateEvents events,
            Clock clock) {
        this.secret = secret;
        this.configurations = configurations;
        this.keeper = keeper;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Starts to work and returns at once; the first certificate is installed as soon as the API server has answered.
     *
     * @param client the one of the moment; stays open, the caller closes it after this
     * @param installer makes a certificate the one that new connections see; called by our thread, must not block
     */
    public static ManagedCertificates start(
            Supplier<KubernetesClient> client,
            CertificateSettings settings,
            Clock clock,
            Consumer<ServingCertificate> installer,
            MeterRegistry meters) {
        var secret = new CaSecret(client, settings.namespace(), settings.secretName());
        var configurations = List.of(
                WebhookConfiguration.mutating(client, settings.configurationName()),
                WebhookConfiguration.validating(client, settings.configurationName()));
        var events = new CertificateEvents(meters);
        var keeper = new CertificateKeeper(
                secret, List.copyOf(configurations), settings, clock, installer, events, new SecureRandom());
        events.observeAuthority(keeper::authorityExpiry, clock);
        return new ManagedCertificates(secret, configurations, keeper, events, clock).begin();
    }

    /**
     * Switches to another client. What was read before is kept, so that the replica stays ready meanwhile and can renew
     * its certificate even if that client gets no answers either. This is closed: its thread may wait for one that
     * never comes.
     */
    public ManagedCertificates successor() {
        close();
        return new ManagedCertificates(secret, configurations, keeper, events, clock).begin();
    }

    private ManagedCertificates begin() {
        lookIn(Duration.ZERO);
        watch(secret.resource());
        configurations.forEach(configuration -> watch(configuration.resource()));
        return this;
    }

    /**
     * Why this replica should get no requests: the API server, with the bundles that it has now, would refuse what is
     * served now. Empty if all is well. Does not block.
     */
    public Optional<String> problem() {
        return keeper.problem();
    }

    /** Ends the watches and the work; the certificate that is in service stays there. */
    @Override
    public void close() {
        watches.forEach(ObjectWatch::close);
        worker.shutdownNow();
    }

    private <T> void watch(Watchable<T> object) {
        var watch = new ObjectWatch<>(object, worker, () -> lookIn(COALESCE));
        watches.add(watch);
        watch.start();
    }

    private void look() {
        started();
        Duration pause = backoff.next();
        try {
            Instant at = keeper.look();
            backoff.reset();
            events.looked();
            pause = longer(COALESCE, Duration.between(clock.instant(), at));
        } catch (RuntimeException failure) {
            failed(failure, pause);
        } finally {
            // Whatever else is thrown, the next look must still happen.
            lookIn(pause);
        }
    }

    private void failed(RuntimeException failure, Duration pause) {
        if (!worker.isShutdown()) {
            events.lookFailed(String.valueOf(failure.getMessage()), pause);
            keeper.serveFromMemory();
        }
    }

    /** Events that arrive from here on need another look. */
    private synchronized void started() {
        next = null;
    }

    /** The earlier of two times wins. */
    private synchronized void lookIn(Duration pause) {
        if (worker.isShutdown()) {
            return;
        }
        boolean sooner = next == null || next.getDelay(TimeUnit.MILLISECONDS) > pause.toMillis();
        if (sooner) {
            if (next != null) {
                next.cancel(false);
            }
            next = worker.schedule(this::look, pause.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
