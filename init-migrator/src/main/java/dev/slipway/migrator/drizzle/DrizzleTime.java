package dev.slipway.migrator.drizzle;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Optional;

/** The 14 digits with which Drizzle 1.0 begins a folder's name: a time in UTC, to the second. */
final class DrizzleTime {
    static final int DIGITS = 14;
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss").withResolverStyle(ResolverStyle.STRICT);

    /** The end of the year 9999: later times have more digits. */
    private static final long LAST = LocalDateTime.of(9999, 12, 31, 23, 59, 59).toEpochSecond(ZoneOffset.UTC) * 1000;

    private DrizzleTime() {}

    /** @param millis since 1970; within {@link #isWritable} */
    static String digits(long millis) {
        return FORMAT.format(Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC));
    }

    static boolean isWritable(long millis) {
        return millis >= 0 && millis <= LAST;
    }

    /** Milliseconds since 1970; empty if the text does not begin with 14 digits that form a time. */
    static Optional<Long> millis(String text) {
        if (text.length() < DIGITS) {
            return Optional.empty();
        }
        try {
            LocalDateTime time = LocalDateTime.parse(text.substring(0, DIGITS), FORMAT);
            return Optional.of(time.toEpochSecond(ZoneOffset.UTC) * 1000);
        } catch (DateTimeException noTime) {
            return Optional.empty();
        }
    }
}
