package dev.slipway.e2e.demo;

import java.time.Duration;
import java.util.Locale;

/** Durations for people. */
final class Durations {
    private Durations() {}

    /** As in "312 ms" and "2.25 s"; "-" for none. */
    static String format(Duration duration) {
        if (duration.isZero()) {
            return "-";
        }
        return duration.toSeconds() < 1
                ? duration.toMillis() + " ms"
                : String.format(Locale.ROOT, "%.2f s", duration.toNanos() / 1e9);
    }
}
