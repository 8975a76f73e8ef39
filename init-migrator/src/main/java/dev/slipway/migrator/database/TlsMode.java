package dev.slipway.migrator.database;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** libpq's {@code sslmode}. Always passed to the drivers explicitly, because their defaults differ. */
public enum TlsMode {
    /** Never encrypted. */
    DISABLE,
    /** Encrypted if the server supports it; the certificate is not checked. The default, as in libpq. */
    PREFER,
    /** Encrypted or not at all; the certificate is not checked. */
    REQUIRE,
    /** Encrypted, and the certificate comes from a trusted CA. */
    VERIFY_CA,
    /** In addition, the certificate is for the host name. */
    VERIFY_FULL;

    /** For messages. */
    public static final String EXPECTED = "one of disable, prefer, require, verify-ca, verify-full";

    /** The mode with this name in libpq; null if there is none. */
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

    /** Whether the server's certificate is checked. */
    public boolean verifies() {
        return this == VERIFY_CA || this == VERIFY_FULL;
    }

    @Override
    public String toString() {
        return text();
    }
}
