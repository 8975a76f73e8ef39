package dev.slipway.webhook.injection;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A positive amount of CPU or memory, in the grammar of Kubernetes.
 *
 * @param text as it was written; it goes into the pod unchanged
 * @param amount cores or bytes
 */
public record Quantity(String text, BigDecimal amount) implements Comparable<Quantity> {
    private static final Pattern FORM = Pattern.compile(
            "\\+?([0-9]{1,18}(?:\\.[0-9]{0,9})?|\\.[0-9]{1,9})(?:([eE][+-]?[0-9]{1,2})|([a-zA-Z]{0,2}))");

    private static final Map<String, BigDecimal> SUFFIXES = Map.ofEntries(
            Map.entry("n", BigDecimal.valueOf(1, 9)),
            Map.entry("u", BigDecimal.valueOf(1, 6)),
            Map.entry("m", BigDecimal.valueOf(1, 3)),
            Map.entry("", BigDecimal.ONE),
            Map.entry("k", BigDecimal.TEN.pow(3)),
            Map.entry("M", BigDecimal.TEN.pow(6)),
            Map.entry("G", BigDecimal.TEN.pow(9)),
            Map.entry("T", BigDecimal.TEN.pow(12)),
            Map.entry("P", BigDecimal.TEN.pow(15)),
            Map.entry("E", BigDecimal.TEN.pow(18)),
            Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
            Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
            Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
            Map.entry("Ti", BigDecimal.valueOf(1L << 40)),
            Map.entry("Pi", BigDecimal.valueOf(1L << 50)),
            Map.entry("Ei", BigDecimal.valueOf(1L << 60)));

    /** The quantity of this text; empty if it is not one, or zero. */
    public static Optional<Quantity> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        BigDecimal factor =
                matcher.group(2) == null ? SUFFIXES.get(matcher.group(3)) : new BigDecimal("1" + matcher.group(2));
        if (factor == null) {
            return Optional.empty();
        }
        BigDecimal amount = new BigDecimal(matcher.group(1)).multiply(factor);
        return amount.signum() > 0 ? Optional.of(new Quantity(text, amount)) : Optional.empty();
    }

    static Quantity smaller(Quantity left, Quantity right) {
        return left.compareTo(right) <= 0 ? left : right;
    }

    static Quantity larger(Quantity left, Quantity right) {
        return left.compareTo(right) >= 0 ? left : right;
    }

    @Override
    public int compareTo(Quantity other) {
        return amount.compareTo(other.amount);
    }

    @Override
    public String toString() {
        return text;
    }
}
