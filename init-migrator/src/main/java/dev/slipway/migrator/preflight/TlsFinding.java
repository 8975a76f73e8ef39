package dev.slipway.migrator.preflight;

import dev.slipway.migrator.database.Host;
import dev.slipway.migrator.database.Tls;

/** Reports whether the session is encrypted, and what was checked. */
final class TlsFinding {
    private static final String NAME = "tls";

    private TlsFinding() {}

    static Finding of(Tls tls, Host host, boolean encrypted) {
        if (!encrypted) {
            return isLoopback(host.name())
                    ? Finding.pass(NAME, "not encrypted, but does not leave this machine (sslmode " + tls.mode() + ")")
                    : Finding.warn(
                            NAME,
                            "not encrypted (sslmode " + tls.mode()
                                    + "): what is sent can be read and changed on the way",
                            "switch on TLS at the server and write sslmode=verify-full with the CA in sslrootcert");
        }
        return Finding.pass(NAME, "encrypted, " + checked(tls) + " (sslmode " + tls.mode() + ")");
    }

    private static String checked(Tls tls) {
        return switch (tls.mode()) {
            case VERIFY_FULL -> "certificate and host name checked against " + roots(tls);
            case VERIFY_CA -> "certificate checked against " + roots(tls);
            case DISABLE, PREFER, REQUIRE -> "certificate not checked";
        };
    }

    private static String roots(Tls tls) {
        return tls.rootCertificate().isPresent() ? tls.rootCertificate().get().toString() : "the CAs that Java trusts";
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
    }
}
