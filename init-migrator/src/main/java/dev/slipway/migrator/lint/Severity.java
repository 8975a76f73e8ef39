package dev.slipway.migrator.lint;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a finding of a rule counts. */
public enum Severity {
    ERROR,
    WARNING,
    /** The rule is not looked at. */
    OFF;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Severity> of(String word) {
        return Arrays.stream(values()).filter(each -> each.word().equals(word)).findFirst();
    }
}
