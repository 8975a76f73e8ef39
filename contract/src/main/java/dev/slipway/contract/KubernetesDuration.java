package dev.slipway.contract;

import java.time.Duration;
import java.util.Optional;

/**
 * Durations the way Kubernetes writes them: {@code 30s}, {@code 5m}, {@code 1h30m}, {@code 500ms}, and {@code 0}. The
 * grammar is the one of Go's {@code time.ParseDuration}, without signs, fractions and units below a millisecond.
 */
public final class KubernetesDuration {
    /** For messages: what a good value looks like. */
    public static final String EXPECTED = "a duration such as 30s, 5m or 1h30m";

    /** Ten years: longer ones are typing mistakes, and sums of several stay far from overflow. */
    private static final long MAX_MILLIS = Duration.ofDays(3650).toMillis();

    private KubernetesDuration() {}

    /** The duration; empty if the text is not one, or longer than ten years. */
    public static Optional<Duration> parse(String text) {
        if (text.equals("0")) {
            return Optional.of(Duration.ZERO);
        }
        long total = 0;
        int position = 0;
        while (position < text.length()) {
            int digits = position;
            long amount = 0;
            while (position < text.length() && isDigit(text.charAt(position))) {
                amount = amount * 10 + (text.charAt(position) - '0');
                if (amount > MAX_MILLIS) {
                    return Optional.empty();
                }
                position++;
            }
            int unit = position;
            while (position < text.length() && !isDigit(text.charAt(position))) {
                position++;
            }
            long millis = millisOf(text.substring(unit, position));
            if (unit == digits || millis == 0) {
                return Optional.empty();
            }
            total += amount * millis;
            if (total > MAX_MILLIS) {
                return Optional.empty();
            }
        }
        return position == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(total));
    }

    /** The shortest text that {@link #parse} reads back; anything below a millisecond is dropped. */
    public static String format(Duration duration) {
        long millis = duration.toMillis();
        if (millis == 0) {
            return "0";
        }
        var text = new StringBuilder();
        millis = appendUnit(text, millis, 3_600_000, "h");
        millis = appendUnit(text, millis, 60_000, "m");
        millis = appendUnit(text, millis, 1_000, "s");
        appendUnit(text, millis, 1, "ms");
        return text.toString();
    }

    private static long appendUnit(StringBuilder text, long millis, long unit, String name) {
        if (millis >= unit) {
            text.append(millis / unit).append(name);
        }
        return millis % unit;
    }

    private static long millisOf(String unit) {
        return switch (unit) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            default -> 0;
        };
    }

    private static boolean isDigit(char character) {
        return character >= '0' && character <= '9';
    }
}
