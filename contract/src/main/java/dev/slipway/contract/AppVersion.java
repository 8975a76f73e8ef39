package dev.slipway.contract;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The version of an application, ordered as semantic versioning orders it: numbers first, and missing ones count as
 * zero; a pre-release before its release; what follows a plus does not count. A leading {@code v} is allowed.
 */
public final class AppVersion implements Comparable<AppVersion> {
    /** For messages. */
    public static final String EXPECTED = "a version such as 2.4.0 or v2.4.0-rc.1";

    private static final Pattern FORM =
            Pattern.compile("v?([0-9]+(?:\\.[0-9]+)*)(?:-([0-9A-Za-z.-]+))?(?:\\+[0-9A-Za-z.-]+)?");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");
    private static final Comparator<List<String>> BY_PARTS = AppVersion::compareParts;

    private final List<BigInteger> numbers;
    private final List<String> preRelease;
    private final String text;

    private AppVersion(List<BigInteger> numbers, List<String> preRelease, String text) {
        this.numbers = numbers;
        this.preRelease = preRelease;
        this.text = text;
    }

    /** Empty if the text is not a version. */
    public static Optional<AppVersion> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        List<BigInteger> numbers = Arrays.stream(matcher.group(1).split("\\."))
                .map(BigInteger::new)
                .toList();
        String preRelease = matcher.group(2);
        List<String> parts = preRelease == null ? List.of() : List.of(preRelease.split("\\."));
        return Optional.of(new AppVersion(numbers, parts, text));
    }

    @Override
    public int compareTo(AppVersion other) {
        for (int index = 0; index < Math.max(numbers.size(), other.numbers.size()); index++) {
            int order = number(index).compareTo(other.number(index));
            if (order != 0) {
                return order;
            }
        }
        if (preRelease.isEmpty() || other.preRelease.isEmpty()) {
            return Boolean.compare(preRelease.isEmpty(), other.preRelease.isEmpty());
        }
        return BY_PARTS.compare(preRelease, other.preRelease);
    }

    private static int compareParts(List<String> left, List<String> right) {
        for (int index = 0; index < Math.min(left.size(), right.size()); index++) {
            int order = comparePart(left.get(index), right.get(index));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.size(), right.size());
    }

    /** Numbers by their value and before words; words by their characters. */
    private static int comparePart(String left, String right) {
        boolean leftNumber = NUMBER.matcher(left).matches();
        boolean rightNumber = NUMBER.matcher(right).matches();
        if (leftNumber && rightNumber) {
            return new BigInteger(left).compareTo(new BigInteger(right));
        }
        return leftNumber == rightNumber ? left.compareTo(right) : leftNumber ? -1 : 1;
    }

    private BigInteger number(int index) {
        return index < numbers.size() ? numbers.get(index) : BigInteger.ZERO;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AppVersion version && compareTo(version) == 0;
    }

    @Override
    public int hashCode() {
        int hash = preRelease.hashCode();
        for (int index = 0; index < numbers.size(); index++) {
            // Zeros at the end do not count.
            hash += numbers.get(index).hashCode() * (index + 1);
        }
        return hash;
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }
}
