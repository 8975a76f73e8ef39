package dev.slipway.webhook.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.certs.CertificateAuthority;
import dev.slipway.certs.CertificateBundle;
import dev.slipway.certs.ServingCertificate;
import dev.slipway.certs.ServingCheck;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Months of three replicas in seconds: clocks apart, restarts, lost events, reads and writes in between each other's,
 * replicas that are cut off from the API server for most of a day, a Secret that is deleted or damaged and bundles that
 * are wiped. Deterministic for each seed.
 */
class ReplicasSimulationTest {
    private static final Logger LOG = Logger.getLogger(ManagedCertificates.class.getName());
    /** Shorter than in earnest, so that a rollover comes every two weeks. */
    private static final Duration CA_VALIDITY = Duration.ofDays(20);

    private static final Duration MONTHS = Duration.ofDays(60);
    private static final Duration LARGEST_SKEW = Duration.ofMinutes(25);
    private static final Duration API_SERVER_LAG = Duration.ofSeconds(4);
    private static final CertificateSettings SETTINGS = new CertificateSettings(
            "slipway-system",
            "slipway-webhook-ca",
            "slipway-webhook",
            Fixtures.SETTINGS.names(),
            CA_VALIDITY,
            Fixtures.ROLLOVER,
            Duration.ofHours(12));

    @BeforeAll
    static void thousandsOfLogLinesTellNothing() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void logAgain() {
        LOG.setLevel(null);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void readyReplicaNeverServesWhatTheApiServerWouldRefuse(int seed) {
        var run = new Run(seed);

        run.months();

        assertThat(run.authorities).as("several rollovers and repairs").hasSizeGreaterThan(4);
        assertThat(run.handshakes).as("ready replicas that were checked").isGreaterThan(500);
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 12})
    void replicasAgreeAfterEveryDisturbanceAndThenWriteNothingMore(int seed) {
        var run = new Run(seed);

        for (int disturbance = 0; disturbance < 20; disturbance++) {
            run.disturb();
            run.everybodyLooks(8);
            int writes = run.cluster.writes();
            run.everybodyLooks(3);

            assertThat(run.cluster.writes()).as("replicas do not fight").isEqualTo(writes);
            run.replicas.forEach(replica -> assertThat(replica.keeper.problem()).isEmpty());
        }
    }

    private static final class Run {
        final Random random;
        final SimulatedCluster cluster;
        final List<Replica> replicas = new ArrayList<>();
        final Set<X509Certificate> authorities = new HashSet<>();
        Optional<Replica> looking = Optional.empty();
        int handshakes;

        Run(int seed) {
            random = new Random(seed);
            cluster = new SimulatedCluster(Fixtures.NOON, random);
            for (int index = 0; index < 3; index++) {
                replicas.add(new Replica(cluster, skew(), random));
            }
            cluster.interruptBy(() -> anyBut(looking).look());
        }

        void months() {
            Instant end = cluster.now().plus(MONTHS);
            Instant disturbance = cluster.now().plus(Duration.ofDays(3));
            while (cluster.now().isBefore(end)) {
                Replica next = replicas.stream()
                        .min(Comparator.comparing(replica -> replica.nextLook))
                        .orElseThrow();
                cluster.moveTo(next.nextLook);
                if (!cluster.now().isBefore(disturbance)) {
                    disturb();
                    if (random.nextInt(3) == 0) {
                        cutOffAndRollOver();
                    }
                    disturbance = cluster.now().plus(Duration.ofHours(2 + random.nextInt(100)));
                }
                int writes = cluster.writes();
                look(next);
                if (cluster.writes() > writes || random.nextInt(4) == 0) {
                    handshake();
                }
            }
        }

        /** The worst case for the overlap: a replica with a fresh leaf of the old CA never sees the new one. */
        private void cutOffAndRollOver() {
            everybodyLooks(4);
            any().cutOffUntil(cluster.now().plus(Duration.ofHours(12 + random.nextInt(9))));
            cluster.deleteSecret();
            replicas.forEach(replica -> replica.lookBy(cluster.now().plusSeconds(1)));
        }

        void everybodyLooks(int rounds) {
            for (int round = 0; round < rounds; round++) {
                cluster.moveTo(cluster.now().plusSeconds(15));
                replicas.forEach(this::look);
                handshake();
            }
        }

        private void look(Replica replica) {
            int writes = cluster.writes();
            looking = Optional.of(replica);
            replica.look();
            if (cluster.writes() > writes) {
                // Watches tell the others within seconds; now and then an event is lost.
                replicas.stream()
                        .filter(other -> random.nextInt(10) > 0)
                        .forEach(other -> other.lookBy(cluster.now().plusMillis(random.nextInt(4000))));
            }
        }

        /** The API server calls every replica that said it was ready. */
        private void handshake() {
            for (Replica replica : replicas) {
                if (replica.keeper.problem().isEmpty()) {
                    X509Certificate leaf = replica.served().certificate();
                    for (CertificateBundle trusted : cluster.trustedWithin(API_SERVER_LAG)) {
                        assertThat(ServingCheck.problems(leaf, trusted, SETTINGS.serverName(), cluster.now()))
                                .isEmpty();
                        handshakes++;
                        authorities.add(trusted.certificates().get(0));
                    }
                }
            }
        }

        void disturb() {
            switch (random.nextInt(6)) {
                case 0 -> cluster.deleteSecret();
                case 1 -> cluster.replaceSecret(Map.of("ca.crt", "garbage", "ca.key", "garbage"));
                case 2 ->
                    cluster.replaceSecret(Map.of(
                            "ca.crt",
                            ((SecretState.Healthy) healthy())
                                    .authorities()
                                    .bundle()
                                    .toPem()));
                case 3 -> cluster.wipe(SimulatedCluster.WEBHOOKS.get(random.nextInt(2)));
                case 4 -> replicas.forEach(replica -> replica.restart(skew()));
                default -> any().restart(skew());
            }
            replicas.forEach(replica -> replica.lookBy(cluster.now().plusMillis(random.nextInt(4000))));
        }

        private SecretState healthy() {
            SecretState state = cluster.caStore().read();
            return state instanceof SecretState.Healthy
                    ? state
                    : new SecretState.Healthy(
                            "0", CaSet.only(CertificateAuthority.create(Duration.ofDays(1), any().clock)));
        }

        private Replica any() {
            return anyBut(Optional.empty());
        }

        private Replica anyBut(Optional<Replica> excluded) {
            List<Replica> others = replicas.stream()
                    .filter(replica -> excluded.filter(replica::equals).isEmpty())
                    .toList();
            return others.get(random.nextInt(others.size()));
        }

        private Duration skew() {
            long largest = LARGEST_SKEW.toMillis();
            return Duration.ofMillis(random.nextLong() % largest);
        }
    }

    private static final class Replica {
        private final SimulatedCluster cluster;
        private final Random random;
        private Clock clock;
        private CertificateKeeper keeper;
        private Optional<ServingCertificate> served = Optional.empty();
        private Instant nextLook;
        private Instant cutOffUntil = Instant.MIN;

        Replica(SimulatedCluster cluster, Duration skew, Random random) {
            this.cluster = cluster;
            this.random = random;
            this.clock = new SkewedClock(cluster, skew);
            this.keeper = newKeeper();
            this.nextLook = cluster.now();
        }

        /** A new process: nothing is remembered. */
        void restart(Duration skew) {
            clock = new SkewedClock(cluster, skew);
            served = Optional.empty();
            keeper = newKeeper();
            nextLook = cluster.now();
        }

        /** Serves on, but can't reach the API server itself. */
        void cutOffUntil(Instant instant) {
            cutOffUntil = instant;
        }

        void look() {
            if (cluster.now().isBefore(cutOffUntil)) {
                keeper.serveFromMemory();
                nextLook = cluster.now().plus(Duration.ofMinutes(30));
                return;
            }
            Instant at = keeper.look();
            Duration pause = Duration.between(clock.instant(), at);
            nextLook = cluster.now().plus(pause.compareTo(Duration.ofMillis(50)) > 0 ? pause : Duration.ofMillis(50));
        }

        void lookBy(Instant latest) {
            nextLook = nextLook.isBefore(latest) ? nextLook : latest;
        }

        ServingCertificate served() {
            return served.orElseThrow();
        }

        private CertificateKeeper newKeeper() {
            return new CertificateKeeper(
                    cluster.caStore(),
                    cluster.bundleStores(),
                    SETTINGS,
                    clock,
                    leaf -> served = Optional.of(leaf),
                    new CertificateEvents(new SimpleMeterRegistry()),
                    random);
        }
    }

    private static final class SkewedClock extends Clock {
        private final SimulatedCluster cluster;
        private final Duration skew;

        SkewedClock(SimulatedCluster cluster, Duration skew) {
            this.cluster = cluster;
            this.skew = skew;
        }

        @Override
        public Instant instant() {
            return cluster.now().plus(skew);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(@Nullable ZoneId zone) {
            return this;
        }
    }
}
