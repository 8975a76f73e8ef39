package dev.slipway.webhook.certificates;

import dev.slipway.certs.CertificateBundle;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Secret and configurations as the API server keeps them, versions and conflicts included, in a time that the test
 * moves. Between the reads and the writes of one replica another one may get its turn.
 */
final class SimulatedCluster {
    static final List<String> WEBHOOKS = List.of("pods.slipway.dev", "workloads.slipway.dev");

    /** What the API servers trusted from a moment on. */
    private record Published(Instant since, String caBundle, boolean ours) {}

    private final Random random;
    private Instant now;
    private int version;
    private int writes;
    private Optional<Map<String, String>> secret = Optional.empty();
    private int secretVersion;
    private SecretState parsed = new SecretState.Absent();
    private Runnable interruption = () -> {};
    private final Map<String, Integer> bundleVersions = new HashMap<>();
    /** By webhook, the last entry is what holds now. */
    private final Map<String, List<Published>> history = new LinkedHashMap<>();

    SimulatedCluster(Instant start, Random random) {
        this.now = start;
        this.random = random;
        WEBHOOKS.forEach(webhook -> publish(webhook, "", false));
    }

    Instant now() {
        return now;
    }

    void moveTo(Instant instant) {
        now = instant.isAfter(now) ? instant : now;
    }

    /** Counts every write that any replica made. */
    int writes() {
        return writes;
    }

    /** Called now and then between two accesses of a replica. */
    void interruptBy(Runnable other) {
        interruption = other;
    }

    CaStore caStore() {
        return new SecretOfAll();
    }

    List<BundleStore> bundleStores() {
        return WEBHOOKS.stream().<BundleStore>map(ConfigurationOf::new).toList();
    }

    void deleteSecret() {
        secret = Optional.empty();
    }

    void replaceSecret(Map<String, String> content) {
        secret = Optional.of(Map.copyOf(content));
        secretVersion = ++version;
        parsed = CaSecretContent.read(String.valueOf(secretVersion), content);
    }

    void wipe(String webhook) {
        publish(webhook, "", false);
    }

    /** Everything that replicas published and that an API server may still use, because its cache lags. */
    List<CertificateBundle> trustedWithin(Duration lag) {
        var bundles = new ArrayList<CertificateBundle>();
        for (List<Published> published : history.values()) {
            for (int index = 0; index < published.size(); index++) {
                boolean stillUsed = index == published.size() - 1
                        || !published.get(index + 1).since().isBefore(now.minus(lag));
                if (stillUsed && published.get(index).ours()) {
                    bundles.add(
                            CertificateBundle.fromBase64(published.get(index).caBundle())
                                    .orElseThrow());
                }
            }
        }
        return bundles;
    }

    private void publish(String webhook, String caBundle, boolean ours) {
        bundleVersions.put(webhook, ++version);
        List<Published> published = history.computeIfAbsent(webhook, each -> new ArrayList<>());
        published.add(new Published(now, caBundle, ours));
        if (published.size() > 20) {
            published.remove(0);
        }
    }

    private void maybeInterrupt() {
        if (random.nextInt(10) == 0) {
            Runnable other = interruption;
            interruption = () -> {};
            other.run();
            interruption = other;
        }
    }

    private final class SecretOfAll implements CaStore {
        @Override
        public SecretState read() {
            maybeInterrupt();
            return secret.map(content -> parsed).orElseGet(SecretState.Absent::new);
        }

        @Override
        public boolean write(Optional<String> replaces, CaSet authorities) {
            maybeInterrupt();
            Optional<String> present = secret.map(content -> String.valueOf(secretVersion));
            if (!present.equals(replaces)) {
                return false;
            }
            writes++;
            var content = new LinkedHashMap<>(secret.orElse(Map.of()));
            content.putAll(CaSecretContent.write(authorities));
            replaceSecret(content);
            return true;
        }
    }

    private final class ConfigurationOf implements BundleStore {
        private final String webhook;

        ConfigurationOf(String webhook) {
            this.webhook = webhook;
        }

        @Override
        public String subject() {
            return "configuration of " + webhook;
        }

        @Override
        public LiveConfiguration read() {
            maybeInterrupt();
            List<Published> published = history.getOrDefault(webhook, List.of());
            String caBundle = published.get(published.size() - 1).caBundle();
            return LiveConfiguration.Present.of(subject(), resourceVersion(), Map.of(webhook, caBundle));
        }

        @Override
        public boolean apply(BundleDecision.Apply decision) {
            maybeInterrupt();
            if (!decision.resourceVersion().equals(resourceVersion())) {
                return false;
            }
            writes++;
            publish(webhook, decision.caBundle(), true);
            return true;
        }

        private String resourceVersion() {
            return String.valueOf(bundleVersions.get(webhook));
        }
    }
}
