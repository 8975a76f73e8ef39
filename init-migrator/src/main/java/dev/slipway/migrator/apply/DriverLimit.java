package dev.slipway.migrator.apply;

import java.io.IOException;
import java.util.List;
import org.postgresql.util.PSQLException;

/**
 * Settings that the driver cannot work with: it closes the connection if a script changes them, with an SQLSTATE as if
 * the network had failed. Connecting again would only make the script fail in the same way.
 */
final class DriverLimit {
    static final String WAY_OUT =
            "take the setting out of the script: its text is sent as UTF-8, and dates are read as ISO";

    /** These names appear in the driver's messages as they are; all other words are translated. */
    private static final List<String> SETTINGS = List.of("client_encoding", "DateStyle", "standard_conforming_strings");

    private DriverLimit() {}

    /** Whether the driver gave up because of a setting. */
    static boolean isBehind(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof IOException) {
                return false;
            }
            boolean driver = each instanceof PSQLException refused && refused.getServerErrorMessage() == null;
            String message = String.valueOf(each.getMessage());
            if (driver && SETTINGS.stream().anyMatch(message::contains)) {
                return true;
            }
        }
        return false;
    }
}
