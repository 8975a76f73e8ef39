package dev.slipway.migrator.preflight;

import java.util.Locale;

/** What a finding means for the migration that follows. */
public enum Verdict {
    PASS("ok"),
    /** Worth a look; does not stop the run. */
    WARN("warn"),
    /** A migration would fail, or would not be safe. */
    FAIL("FAIL"),
    /** Could not be checked, or does not apply. */
    SKIPPED("-");

    private final String mark;

    Verdict(String mark) {
        this.mark = mark;
    }

    /** The mark in the table; failures stand out even without colour. */
    String mark() {
        return mark;
    }

    /** The word for programs, such as {@code pass}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
