package dev.slipway.webhook.injection;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;

/** CPU and memory share the grammar of quantities, but not the units and sizes that make sense. */
public enum Resource {
    CPU("CPU such as `100m` or `1`", new BigDecimal("0.001"), BigDecimal.valueOf(256)) {
        @Override
        Optional<String> complaintAbout(Quantity quantity) {
            if (quantity.text().endsWith("i")) {
                return Optional.of("a unit of memory; CPU is counted in cores");
            }
            boolean plain = quantity.text().matches("[0-9]+");
            return quantity.amount().compareTo(most) > 0
                    ? Optional.of(plainText(quantity) + " cores, more than a node has"
                            + (plain ? "; did you mean " + quantity + "m?" : ""))
                    : quantity.amount().compareTo(least) < 0 ? Optional.of("less than 1m") : Optional.empty();
        }

        @Override
        Quantity of(BigDecimal amount, RoundingMode rounding) {
            return quantity(amount.movePointRight(3).setScale(0, rounding) + "m");
        }
    },
    MEMORY("memory such as `192Mi` or `1Gi`", BigDecimal.valueOf(64L << 20), BigDecimal.valueOf(1L << 44)) {
        @Override
        Optional<String> complaintAbout(Quantity quantity) {
            if (quantity.amount().compareTo(most) > 0) {
                return Optional.of("more than a node has");
            }
            if (quantity.amount().compareTo(least) >= 0) {
                return Optional.empty();
            }
            String digits = quantity.text().replaceFirst("m$", "");
            return digits.matches("[0-9]{2,5}")
                    ? Optional.of(plainText(quantity) + " bytes; did you mean " + digits + "Mi?")
                    : Optional.of("less than 64Mi, in which no JVM starts");
        }

        @Override
        Quantity of(BigDecimal amount, RoundingMode rounding) {
            return quantity(amount.divide(MIB, 0, rounding) + "Mi");
        }
    };

    private static final BigDecimal MIB = BigDecimal.valueOf(1L << 20);

    private final String expected;
    final BigDecimal least;
    final BigDecimal most;

    Resource(String expected, BigDecimal least, BigDecimal most) {
        this.expected = expected;
        this.least = least;
        this.most = most;
    }

    /** For messages: what a good value looks like. */
    public String expected() {
        return expected;
    }

    /** The quantity of this text; empty if it is not one, or not a sensible one. */
    public Optional<Quantity> parse(String text) {
        return Quantity.parse(text).filter(quantity -> complaintAbout(quantity).isEmpty());
    }

    /**
     * What is wrong with a quantity of the right form, to go after "which is"; empty if nothing is, or if it is not a
     * quantity.
     */
    Optional<String> complaint(String text) {
        return Quantity.parse(text).flatMap(this::complaintAbout);
    }

    /** As in {@code requests.cpu}. */
    String field() {
        return name().toLowerCase(Locale.ROOT);
    }

    abstract Optional<String> complaintAbout(Quantity quantity);

    /** Rounded to what is usually written: whole millicores, whole mebibytes. */
    abstract Quantity of(BigDecimal amount, RoundingMode rounding);

    Quantity of(BigDecimal amount) {
        return of(amount, RoundingMode.DOWN);
    }

    /** The smallest that a container can ask for. */
    Quantity smallest() {
        return quantity(this == CPU ? "1m" : "1Mi");
    }

    private static String plainText(Quantity quantity) {
        return quantity.amount().stripTrailingZeros().toPlainString();
    }

    private static Quantity quantity(String text) {
        return Quantity.parse(text).orElseGet(() -> new Quantity(text, BigDecimal.ZERO));
    }
}
