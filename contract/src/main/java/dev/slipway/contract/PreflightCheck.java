package dev.slipway.contract;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The questions of the pre-flight whose answers may be given another weight; without a connection there are none. */
public enum PreflightCheck {
    TLS,
    SERVER_VERSION,
    WRITABLE,
    POOLER,
    PRIVILEGES,
    CONNECTION_SLOTS,
    HISTORY,
    MIGRATIONS,
    DRIFT,
    APP_VERSION,
    HAZARDS,
    INVALID_INDEXES,
    OLD_TRANSACTIONS,
    LOCK,
    DEAD_CLIENT_DETECTION;

    /** In kebab case, as the report of the pre-flight names it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Empty for a word that is none of them. */
    public static Optional<PreflightCheck> named(String word) {
        return Arrays.stream(values()).filter(each -> each.word().equals(word)).findFirst();
    }
}
