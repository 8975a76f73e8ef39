package dev.slipway.certs;

import dev.slipway.contract.KubernetesDuration;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a certificate lives, as a person types it: a Kubernetes duration with days in front ({@code 90d},
 * {@code 1d12h}). Kubernetes itself knows no days, so they exist only here.
 */
public final class Validity {
    /** For messages: what a good value looks like. */
    public static final String EXPECTED = "a validity such as 90d, 1d12h or 30m, from a minute to ten years";

    private static final Pattern TEXT = Pattern.compile("(?:(\\d{1,4})d)?(.*)");
    private static final Duration LEAST = Duration.ofMinutes(1);
    private static final Duration MOST = Duration.ofDays(3650);

    private Validity() {}

    /** The validity; empty if the text is not one, or shorter than a minute, or longer than ten years. */
    public static Optional<Duration> parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches() || text.isEmpty()) {
            return Optional.empty();
        }
        Duration days = Duration.ofDays(parts.group(1) == null ? 0 : Long.parseLong(parts.group(1)));
        Optional<Duration> rest =
                parts.group(2).isEmpty() ? Optional.of(Duration.ZERO) : KubernetesDuration.parse(parts.group(2));
        return rest.map(days::plus).filter(sum -> sum.compareTo(LEAST) >= 0 && sum.compareTo(MOST) <= 0);
    }
}
