package dev.slipway.certs;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

/** Clocks that stand still. */
public final class TestClock {
    public static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private TestClock() {}

    public static Clock at(Instant instant) {
        return Clock.fixed(instant, ZoneOffset.UTC);
    }

    public static Clock atNoon() {
        return at(NOON);
    }
}
