package dev.slipway.migrator.files;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The version of a migration, ordered as Flyway orders it: number by number, where dots and underscores separate and
 * missing numbers count as zero, so that 1, 1.0 and 01_0 are equal.
 */
public final class MigrationVersion implements Comparable<MigrationVersion> {
    private static final int DIGITS_OF_A_LONG = 18;

    private final List<BigInteger> numbers;
    private final String text;

    private MigrationVersion(List<BigInteger> numbers, String text) {
        this.numbers = numbers;
        this.text = text;
    }

    /** The version; empty if the text is not numbers separated by single dots or underscores. */
    public static Optional<MigrationVersion> parse(String text) {
        var numbers = new ArrayList<BigInteger>();
        for (String part : text.replace('_', '.').split("\\.", -1)) {
            if (!isNumber(part)) {
                return Optional.empty();
            }
            numbers.add(
                    part.length() <= DIGITS_OF_A_LONG
                            ? BigInteger.valueOf(Long.parseLong(part))
                            : new BigInteger(part));
        }
        while (numbers.size() > 1 && numbers.get(numbers.size() - 1).signum() == 0) {
            numbers.remove(numbers.size() - 1);
        }
        return Optional.of(new MigrationVersion(numbers, text.replace('_', '.')));
    }

    private static boolean isNumber(String part) {
        for (int index = 0; index < part.length(); index++) {
            if (part.charAt(index) < '0' || part.charAt(index) > '9') {
                return false;
            }
        }
        return !part.isEmpty();
    }

    @Override
    public int compareTo(MigrationVersion other) {
        int length = Math.max(numbers.size(), other.numbers.size());
        for (int index = 0; index < length; index++) {
            int order = number(index).compareTo(other.number(index));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private BigInteger number(int index) {
        return index < numbers.size() ? numbers.get(index) : BigInteger.ZERO;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MigrationVersion version && numbers.equals(version.numbers);
    }

    @Override
    public int hashCode() {
        return numbers.hashCode();
    }

    /** As Flyway writes it into the history: as typed, with dots. */
    @Override
    public String toString() {
        return text;
    }
}
