package dev.slipway.migrator.preflight;

import java.util.Locale;

/** What a finding means for the migration that follows. */
public enum Verdict {
    PASS("ok"),
    /** Worth a look; nobody is stopped. */
    WARN("warn"),
    /** A migration would fail, or would not be safe. */
    FAIL("FAIL"),
    /** Could not be asked, or does not apply. */
    SKIPPED("-");

    private final String mark;

    Verdict(String mark) {
        this.mark = mark;
    }

    /** For the table; failures stand out without colour. */
    String mark() {
        return mark;
    }

    /** For programs, {@code pass}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
