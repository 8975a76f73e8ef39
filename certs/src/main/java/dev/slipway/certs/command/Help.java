package dev.slipway.certs.command;

/** The text of {@code --help}. */
final class Help {
    static final String TEXT = """
            slipway-certs: a CA and serving certificates for a webhook, as PEM files

            slipway-certs create --dir DIR --dns NAME… --ip IP… [--validity 90d] [--ca-validity 1825d] [--force]
                writes ca.crt, ca.key, tls.crt and tls.key; refuses to replace files without --force
            slipway-certs renew --dir DIR [--dns NAME… --ip IP…] [--validity 90d]
                signs a new tls.crt and tls.key with the CA that is there, for the names of the old one
            slipway-certs renew --dir DIR --new-ca [--ca-validity 1825d]
                makes a new CA and keeps the old ones in ca.crt; publish that, then run renew
            slipway-certs inspect FILE…
                subject, names, validity, days left, and whether chain and keys fit together
            slipway-certs ca-bundle --dir DIR
            slipway-certs ca-bundle FILE…
                the CA certificates as one line of Base64, for caBundle of a webhook configuration

            Several names: --dns a b, --dns a --dns b or --dns a,b. Keys are ECDSA P-256 in PKCS#8, mode 0600.
            Exit codes: 0 done; 1 files are not as they should be, or can't be written; 2 the command line is wrong.
            """;

    private Help() {}
}
