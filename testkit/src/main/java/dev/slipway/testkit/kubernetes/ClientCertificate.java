package dev.slipway.testkit.kubernetes;

import dev.slipway.testkit.process.Program;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificate of a client, and a CA of its own that has signed it. Made by the JDK's tool, as our own library signs for
 * servers only.
 */
public final class ClientCertificate {
    private static final String PASSWORD = "changeit";
    private static final String CLIENT = "client";

    private final KeyStore store;

    private ClientCertificate(KeyStore store) {
        this.store = store;
    }

    /**
     * @param folder for the tool's file
     * @param name of that file
     * @param commonName of the client
     */
    public static ClientCertificate issue(Path folder, String name, String commonName) {
        Path file = folder.resolve(name + ".p12");
        keytool(file, "ca", "CN=" + name + "-ca", "-ext", "bc:c");
        keytool(file, CLIENT, "CN=" + commonName, "-ext", "eku=clientAuth", "-signer", "ca");
        try {
            return new ClientCertificate(KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray()));
        } catch (GeneralSecurityException | IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    private static void keytool(Path store, String alias, String name, String... more) {
        Program tool = Program.of(
                        Program.java().resolveSibling("keytool").toString(),
                        "-genkeypair",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD,
                        "-alias",
                        alias,
                        "-keyalg",
                        "EC",
                        "-validity",
                        "1",
                        "-dname",
                        name)
                .withArguments(more);
        try (var running = tool.start()) {
            var result = running.awaitExit(Duration.ofMinutes(1));
            if (result.exitCode() != 0) {
                throw new IllegalStateException("keytool: " + result);
            }
        }
    }

    /** The CA's own. */
    public X509Certificate authority() {
        return certificate("ca");
    }

    public X509Certificate certificate() {
        return certificate(CLIENT);
    }

    private X509Certificate certificate(String alias) {
        try {
            return (X509Certificate) store.getCertificate(alias);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public PrivateKey key() {
        try {
            return (PrivateKey) store.getKey(CLIENT, PASSWORD.toCharArray());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * For a client that trusts this authority.
     *
     * @param shown to the server, whichever authorities that names; empty for a client without a certificate
     */
    public static SSLContext context(X509Certificate trusted, Optional<ClientCertificate> shown) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry("server", trusted);
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            KeyManager[] keys =
                    shown.map(each -> new KeyManager[] {each.new Shown()}).orElse(new KeyManager[0]);
            context.init(keys, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private final class Shown extends X509ExtendedKeyManager {
        @Override
        public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            return CLIENT;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[] {certificate(), authority()};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key();
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[] {CLIENT};
        }

        @Override
        public String @Nullable [] getServerAliases(String keyType, Principal[] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return null;
        }
    }
}
