package dev.slipway.webhook.server;

import dev.slipway.certs.KeyMaterial;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificate and key that the server shows. The source of a new pair installs it; new connections get it at once,
 * and established ones go on undisturbed. Until the first pair is installed, every handshake fails. Thread-safe.
 */
public final class ServingCertificate {
    /**
     * A handshake chooses an alias first and asks for its key later: earlier pairs must stay answerable for a while.
     */
    private static final int REMEMBERED = 4;

    private record Pair(String alias, PrivateKey key, List<X509Certificate> chain) {}

    private final Deque<Pair> newestFirst = new ArrayDeque<>();
    private int installed;

    /**
     * Makes this pair the one that new connections see.
     *
     * @param chain the leaf first
     * @throws IllegalArgumentException if the chain is empty, or its leaf does not belong to the key; the present pair
     *     stays
     */
    public synchronized void install(PrivateKey key, List<X509Certificate> chain) {
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("there is no certificate");
        }
        if (!KeyMaterial.isPair(chain.get(0).getPublicKey(), key)) {
            throw new IllegalArgumentException("the certificate does not belong to the key");
        }
        installed++;
        newestFirst.addFirst(new Pair("pair-" + installed, key, List.copyOf(chain)));
        while (newestFirst.size() > REMEMBERED) {
            newestFirst.removeLast();
        }
    }

    /** The certificate that new connections see; empty until one was installed. */
    public synchronized Optional<X509Certificate> leaf() {
        return Optional.ofNullable(newestFirst.peekFirst())
                .map(pair -> pair.chain().get(0));
    }

    /** Whether it is the present one, or one of the last that were. */
    synchronized boolean hasInstalled(X509Certificate leaf) {
        return newestFirst.stream().anyMatch(pair -> pair.chain().get(0).equals(leaf));
    }

    /** When {@link #leaf} expires. */
    public Optional<Instant> expiry() {
        return leaf().map(certificate -> certificate.getNotAfter().toInstant());
    }

    /** Always answers with what is installed at the time of the handshake. */
    public X509ExtendedKeyManager keyManager() {
        return new CurrentPair();
    }

    private synchronized @Nullable String currentAlias(String keyType) {
        Pair current = newestFirst.peekFirst();
        return current != null && isOfType(current.key(), keyType) ? current.alias() : null;
    }

    private synchronized @Nullable Pair pair(String alias) {
        for (Pair pair : newestFirst) {
            if (pair.alias().equals(alias)) {
                return pair;
            }
        }
        return null;
    }

    /** Key types are named "RSA", "EC", "EC_EC", "RSASSA-PSS" … */
    private static boolean isOfType(PrivateKey key, String keyType) {
        return keyType.split("_", 2)[0].equals(key.getAlgorithm());
    }

    private final class CurrentPair extends X509ExtendedKeyManager {
        @Override
        public @Nullable String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
            return currentAlias(keyType);
        }

        @Override
        public @Nullable String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return currentAlias(keyType);
        }

        @Override
        public String @Nullable [] getServerAliases(String keyType, Principal[] issuers) {
            String alias = currentAlias(keyType);
            return alias == null ? null : new String[] {alias};
        }

        @Override
        public X509Certificate @Nullable [] getCertificateChain(String alias) {
            Pair pair = pair(alias);
            return pair == null ? null : pair.chain().toArray(X509Certificate[]::new);
        }

        @Override
        public @Nullable PrivateKey getPrivateKey(String alias) {
            Pair pair = pair(alias);
            return pair == null ? null : pair.key();
        }

        @Override
        public String @Nullable [] getClientAliases(String keyType, Principal[] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            return null;
        }
    }
}
