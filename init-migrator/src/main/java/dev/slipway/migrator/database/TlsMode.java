package dev.slipway.migrator.database;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** libpq's {@code sslmode}. Said explicitly to every driver, as their defaults differ. */
public enum TlsMode {
    /** Never encrypted. */
    DISABLE,
    /** Encrypted where the server can; the certificate is not checked. The default, as in libpq. */
    PREFER,
    /** Encrypted or not at all; the certificate is not checked. */
    REQUIRE,
    /** Encrypted, and the certificate comes from a trusted CA. */
    VERIFY_CA,
    /** Also the host name is the certificate's. */
    VERIFY_FULL;

    /** For messages. */
    public static final String EXPECTED = "one of disable, prefer, require, verify-ca, verify-full";

    /** The mode that libpq writes like this; null if it is none of ours. */
    public static @Nullable TlsMode of(String text) {
        for (TlsMode mode : values()) {
            if (mode.text().equals(text)) {
                return mode;
            }
        }
        return null;
    }

    static List<String> texts() {
        return Arrays.stream(values()).map(TlsMode::text).toList();
    }

    /** As libpq and the JDBC driver write it, {@code verify-full}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether the server has to show a certificate that is checked. */
    public boolean verifies() {
        return this == VERIFY_CA || this == VERIFY_FULL;
    }

    @Override
    public String toString() {
        return text();
    }
}
