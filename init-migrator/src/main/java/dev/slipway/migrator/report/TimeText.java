package dev.slipway.migrator.report;

import dev.slipway.contract.KubernetesDuration;
import java.time.Duration;

/** How long ago, as people read it: milliseconds below a second, whole seconds above. */
public final class TimeText {
    private TimeText() {}

    public static String of(Duration age) {
        if (age.isNegative() || age.isZero()) {
            return "0s";
        }
        return KubernetesDuration.format(age.toSeconds() < 1 ? age : Duration.ofSeconds(age.toSeconds()));
    }
}
