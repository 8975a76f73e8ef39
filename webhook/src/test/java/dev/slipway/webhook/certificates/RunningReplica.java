package dev.slipway.webhook.certificates;

import dev.slipway.certs.CertificateBundle;
import dev.slipway.webhook.cluster.Cluster;
import dev.slipway.webhook.server.ServingCertificate;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * Managed certificates as one replica of the webhook runs them, behind a TLS port that says one byte to each client.
 */
final class RunningReplica implements AutoCloseable {
    private final KubernetesClient client;
    private final ServingCertificate serving = new ServingCertificate();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ManagedCertificates certificates;
    private final SSLServerSocket listener;
    private final Clock clock;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private RunningReplica(Path kubeconfig, CertificateSettings settings, Clock clock)
            throws IOException, GeneralSecurityException {
        this.clock = clock;
        client = Cluster.connect(kubeconfig);
        certificates = ManagedCertificates.start(
                () -> client,
                settings,
                clock,
                leaf -> serving.install(leaf.key(), List.of(leaf.certificate())),
                meters);
        var context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {serving.keyManager()}, null, null);
        listener = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    static RunningReplica start(Path kubeconfig, CertificateSettings settings, Clock clock) {
        try {
            return new RunningReplica(kubeconfig, settings, clock);
        } catch (IOException | GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    Optional<String> problem() {
        return certificates.problem();
    }

    X509Certificate leaf() {
        return serving.leaf().orElseThrow();
    }

    /** How often this replica has looked at Secret and configurations. */
    double looks() {
        return meters.get(CertificateEvents.LOOKS).counter().count();
    }

    /** How often this replica has written the Secret for this reason. */
    double changes(CaChange change) {
        return meters.get(CertificateEvents.CA_CHANGES)
                .tag("change", change.label())
                .counter()
                .count();
    }

    /** @param reason published or restored */
    double bundleWrites(String reason) {
        return meters.get(CertificateEvents.BUNDLE_WRITES)
                .tag("reason", reason)
                .counter()
                .count();
    }

    /**
     * Connects as the API server does: trusting this bundle only, for the name of the Service, at the time of the
     * replica's clock.
     *
     * @throws IOException if the handshake fails
     */
    void handshake(CertificateBundle trusted) throws IOException, GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(null, trusting(trusted), null);
        try (var plain = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
                var socket = (SSLSocket) context.getSocketFactory()
                        .createSocket(plain, Fixtures.SERVER_NAME, listener.getLocalPort(), true)) {
            var parameters = new SSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(30_000);
            if (socket.getInputStream().read() != 'y') {
                throw new IOException("connection closed early");
            }
        }
    }

    private TrustManager[] trusting(CertificateBundle bundle) throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (X509Certificate certificate : bundle.certificates()) {
            store.setCertificateEntry(certificate.getSerialNumber().toString(), certificate);
        }
        var managers = TrustManagerFactory.getInstance("PKIX");
        var parameters = new PKIXBuilderParameters(store, new X509CertSelector());
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(clock.instant()));
        managers.init(new CertPathTrustManagerParameters(parameters));
        return managers.getTrustManagers();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket connection = listener.accept();
                threads.execute(() -> greet(connection));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void greet(Socket connection) {
        try (connection) {
            connection.getOutputStream().write('y');
        } catch (IOException refusedByTheClient) {
            // The client's side of the handshake reports it.
        }
    }

    @Override
    public void close() {
        certificates.close();
        client.close();
        threads.shutdownNow();
        try {
            listener.close();
        } catch (IOException alreadyClosed) {
            throw new IllegalStateException(alreadyClosed);
        }
    }
}
