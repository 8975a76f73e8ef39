package dev.slipway.webhook.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.certs.CaRollover;
import dev.slipway.certs.CertificateAuthority;
import dev.slipway.certs.CertificateBundle;
import dev.slipway.certs.Pem;
import dev.slipway.testkit.kubernetes.KubeApiServer;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import dev.slipway.testkit.time.MovableClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Replicas with the rights of the real service account against a real API server, which holds the real manifests. Every
 * deadline is generous: what is claimed is that things happen, not how fast.
 */
@KubernetesTest
class ManagedCertificatesIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    /** Without the regular look, so that only what a watch has told can be why something happens. */
    private static final CertificateSettings SETTINGS =
            with(Fixtures.SETTINGS.caValidity(), Duration.ofMillis(500), Duration.ofDays(1));

    private static Installation installation;
    private static Path kubeconfig;

    private final List<RunningReplica> replicas = new ArrayList<>();

    @BeforeAll
    static void install(KubeApiServer server) {
        installation = new Installation(server);
        installation.apply();
        kubeconfig = installation.serviceAccount();
    }

    @AfterAll
    static void uninstall() {
        installation.delete();
    }

    @AfterEach
    void stopAndReset() {
        replicas.forEach(RunningReplica::close);
        installation.reset();
    }

    @Test
    void replicasThatStartAtOnceAgreeOnOneAuthority() throws Exception {
        startTogether(4);

        awaitReady();

        X509Certificate authority = installation.authorities().newest().certificate();
        assertThat(installation.authorities().trusted()).containsExactly(authority);
        assertThat(replicas)
                .allMatch(replica -> CertificateAuthority.hasSigned(authority, replica.leaf()))
                .extracting(RunningReplica::leaf)
                .doesNotHaveDuplicates();
        assertThat(installation.trusted()).hasSize(2).containsOnly(CertificateBundle.of(authority));
        assertThat(replicas.stream()
                        .mapToDouble(replica -> replica.changes(CaChange.CREATED_SECRET))
                        .sum())
                .isEqualTo(1);
    }

    @Test
    void everyReplicaIsAcceptedByWhoeverTrustsTheLiveBundle() throws Exception {
        startTogether(2);
        awaitReady();

        for (CertificateBundle trusted : installation.trusted()) {
            for (RunningReplica replica : replicas) {
                replica.handshake(trusted);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{'op':'remove','path':'/webhooks/0/clientConfig/caBundle'}]",
                "[{'op':'replace','path':'/webhooks/0/clientConfig/caBundle','value':'Cg=='}]",
                "[{'op':'replace','path':'/webhooks/0/clientConfig/caBundle','value':''}]"
            })
    void wipedBundleIsRestored(String patch) throws Exception {
        startTogether(2);
        awaitReady();
        var before = installation.caBundles();

        for (String configuration : Installation.CONFIGURATIONS) {
            installation.patch(configuration, patch.replace('\'', '"'));
        }

        await().atMost(SOON).until(() -> installation.caBundles().equals(before));
        assertThat(replicas.stream()
                        .mapToDouble(replica -> replica.bundleWrites("restored"))
                        .sum())
                .as("one write for each configuration; a second where both replicas were as fast")
                .isBetween(2.0, 4.0);
        awaitReady();
    }

    @Test
    void applyingTheManifestsAgainLeavesTheBundleAlone() throws Exception {
        startTogether(2);
        awaitReady();
        var before = installation.caBundles();
        List<String> versions = installation.versions();

        assertThat(installation.diff())
                .satisfies(diff -> assertThat(diff.exitCode()).as(diff.text()).isZero());
        installation.apply();
        assertThat(installation.versions()).as("kubectl apply changed nothing").isEqualTo(versions);
        installation.apply("--server-side", "--force-conflicts");

        assertThat(installation.caBundles()).isEqualTo(before);
        assertThat(replicas).allMatch(replica -> replica.bundleWrites("restored") == 0);
        assertThat(managersOfTheBundle()).containsExactly("slipway-webhook");
    }

    @Test
    void configurationThatIsInstalledLaterGetsItsBundle() throws Exception {
        installation.kubectl().run("delete", Installation.CONFIGURATIONS.get(0));
        startTogether(2);
        awaitReady();
        assertThat(installation
                        .kubectl()
                        .tryRun("get", Installation.CONFIGURATIONS.get(0))
                        .exitCode())
                .as("a configuration that was removed stays removed")
                .isNotZero();

        installation.apply();

        await().atMost(SOON).until(() -> installation.trusted().size() == 2);
        awaitReady();
    }

    @Test
    void deletedSecretMeansANewAuthorityBesideTheOldOne() throws Exception {
        startTogether(2);
        awaitReady();
        X509Certificate old = installation.authorities().newest().certificate();

        installation.deleteSecret();

        await().atMost(SOON).until(() -> installation.secret() instanceof SecretState.Healthy);
        CaSet now = installation.authorities();
        assertThat(now.trusted()).containsExactly(now.newest().certificate(), old);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(replicas)
                        .allMatch(replica ->
                                CertificateAuthority.hasSigned(now.newest().certificate(), replica.leaf())));
        awaitReady();
        nobodyFights();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'data':{'ca.key':null}}",
                "{'data':{'ca.crt':null}}",
                "{'stringData':{'ca.crt':'garbage'}}",
                "{'stringData':{'ca.key':'-----BEGIN PRIVATE KEY-----\\nAAAA\\n-----END PRIVATE KEY-----\\n'}}"
            })
    void damagedSecretIsRestoredByARunningReplica(String patch) throws Exception {
        startTogether(2);
        awaitReady();
        CaSet before = installation.authorities();

        installation.patchSecret(patch.replace('\'', '"'));

        await().atMost(SOON).until(() -> installation.secret() instanceof SecretState.Healthy);
        assertThat(installation.authorities().newest()).isEqualTo(before.newest());
        awaitReady();
        nobodyFights();
        assertThat(replicas.stream()
                        .mapToDouble(replica -> replica.changes(CaChange.RESTORED_DAMAGED))
                        .sum())
                .isEqualTo(1);
    }

    @Test
    void secretThatWasDamagedWhileNobodyRanIsReplacedAndTheOldAuthorityStaysTrusted() throws Exception {
        startTogether(1);
        awaitReady();
        X509Certificate old = installation.authorities().newest().certificate();
        replicas.remove(0).close();
        var stranger = CertificateAuthority.create(Duration.ofDays(365), Clock.systemUTC());

        installation.patchSecret("{\"data\":{\"ca.key\":\"" + base64(Pem.write(stranger.key())) + "\"}}");
        startTogether(2);

        awaitReady();
        CaSet now = installation.authorities();
        assertThat(now.trusted()).containsExactly(now.newest().certificate(), old);
        nobodyFights();
    }

    @Test
    void expiredAuthorityIsReplaced() throws Exception {
        var longAgo = Clock.offset(Clock.systemUTC(), Duration.ofDays(-100));
        var expired = CertificateAuthority.create(Duration.ofDays(1), longAgo);
        installation.kubectl().run("create", "secret", "generic", Installation.SECRET, "--namespace=slipway-system");
        installation.patchSecret("{\"data\":{\"ca.crt\":\"" + base64(Pem.write(expired.certificate()))
                + "\",\"ca.key\":\"" + base64(Pem.write(expired.key())) + "\"}}");

        startTogether(2);

        awaitReady();
        assertThat(installation.authorities().newest()).isNotEqualTo(expired);
        assertThat(replicas.stream()
                        .mapToDouble(replica -> replica.changes(CaChange.REPLACED_EXPIRED))
                        .sum())
                .isEqualTo(1);
    }

    @Test
    void emptySecretIsFilledAndWhatElseIsInItStays() throws Exception {
        installation
                .kubectl()
                .run(
                        "create",
                        "secret",
                        "generic",
                        Installation.SECRET,
                        "--namespace=slipway-system",
                        "--from-literal=note=mine");

        startTogether(2);

        awaitReady();
        assertThat(installation
                        .kubectl()
                        .run(
                                "get",
                                "secret",
                                Installation.SECRET,
                                "--namespace=slipway-system",
                                "-o",
                                "jsonpath={.data.note}"))
                .isEqualTo(base64("mine"));
    }

    @Test
    void noHandshakeFailsDuringRollovers() throws Exception {
        var clock = new MovableClock(Instant.now());
        var shortLives = with(Duration.ofDays(3), Duration.ofSeconds(5), Duration.ofMillis(50));
        replicas.add(RunningReplica.start(kubeconfig, shortLives, clock));
        replicas.add(RunningReplica.start(kubeconfig, shortLives, clock));
        awaitLooks(3);
        clock.advance(shortLives.rollover().settling());
        awaitReady();
        Set<X509Certificate> authorities = new HashSet<>();
        Set<X509Certificate> leaves = new HashSet<>();
        int handshakes = 0;
        boolean dropped = false;

        // Six days that hold two rollovers, and the day after which the last predecessor is gone.
        for (int hours = 0; hours < 7 * 24; hours += 6) {
            clock.advance(Duration.ofHours(6));
            awaitLooks(2);
            for (CertificateBundle trusted : installation.trusted()) {
                authorities.add(trusted.certificates().get(0));
                dropped |= authorities.size() == 3 && trusted.certificates().size() == 1;
                for (RunningReplica replica : replicas) {
                    replica.handshake(trusted);
                    leaves.add(replica.leaf());
                    handshakes++;
                }
            }
        }

        assertThat(authorities)
                .as("CAs that were the newest, in %s handshakes", handshakes)
                .hasSizeGreaterThan(2);
        assertThat(dropped).as("predecessors left the bundle").isTrue();
        assertThat(leaves).hasSizeGreaterThan(6);
        assertThat(handshakes).isGreaterThan(100);
        assertThat(replicas).allMatch(replica -> replica.problem().isEmpty());
    }

    private static CertificateSettings with(Duration caValidity, Duration settling, Duration resync) {
        CertificateSettings defaults = Fixtures.SETTINGS;
        CaRollover rollover = defaults.rollover();
        return new CertificateSettings(
                defaults.namespace(),
                defaults.secretName(),
                defaults.configurationName(),
                defaults.names(),
                caValidity,
                new CaRollover(rollover.leafValidity(), settling, rollover.clockSkew()),
                resync);
    }

    /** Until every replica has looked so often again; the first may have begun before. */
    private void awaitLooks(int count) {
        List<Double> before = replicas.stream().map(RunningReplica::looks).toList();
        for (int index = 0; index < replicas.size(); index++) {
            RunningReplica replica = replicas.get(index);
            double enough = before.get(index) + count;
            await().atMost(SOON).pollInterval(Duration.ofMillis(20)).until(() -> replica.looks() >= enough);
        }
    }

    private void startTogether(int count) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            var starts = new ArrayList<Callable<RunningReplica>>();
            for (int index = 0; index < count; index++) {
                starts.add(() -> RunningReplica.start(kubeconfig, SETTINGS, Clock.systemUTC()));
            }
            for (Future<RunningReplica> started : threads.invokeAll(starts)) {
                replicas.add(started.get());
            }
        } finally {
            threads.shutdown();
        }
    }

    private void awaitReady() {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(replicas)
                        .allSatisfy(replica -> assertThat(replica.problem()).isEmpty()));
    }

    /** A replica that wanted other bytes than another one would write within this time, again and again. */
    private void nobodyFights() throws InterruptedException {
        List<String> versions = installation.versions();
        Thread.sleep(1000);
        assertThat(installation.versions()).isEqualTo(versions);
    }

    private Set<String> managersOfTheBundle() {
        String managers = installation
                .kubectl()
                .run(
                        "get",
                        Installation.CONFIGURATIONS.get(0),
                        "--show-managed-fields",
                        "-o",
                        "jsonpath={range .metadata.managedFields[*]}{.manager}={.fieldsV1}{\"\\n\"}{end}");
        var owners = new HashSet<String>();
        managers.lines()
                .filter(line -> line.contains("f:caBundle"))
                .forEach(line -> owners.add(line.substring(0, line.indexOf('='))));
        return owners;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
