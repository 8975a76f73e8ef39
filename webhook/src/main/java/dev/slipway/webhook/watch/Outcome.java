package dev.slipway.webhook.watch;

import java.util.Arrays;
import java.util.Optional;

/** How a run ended: the migrator's own words, and one for a container that left no readable report. */
enum Outcome {
    UP_TO_DATE("up-to-date", true),
    APPLIED("applied", true),
    WAITED("waited", true),
    CHECKED("checked", true),
    ROLLED_BACK("rolled-back", true),
    FAILED("failed", false),
    TERMINATED("terminated", false),
    /** Never reported: the container was killed, did not write, or wrote what the migrator does not write. */
    UNKNOWN("unknown", false);

    private final String word;
    private final boolean success;

    Outcome(String word, boolean success) {
        this.word = word;
        this.success = success;
    }

    String word() {
        return word;
    }

    /** Whether the migrator uses this word together with this exit code. */
    boolean fits(int exitCode) {
        return success == (exitCode == 0);
    }

    /** Of a report; empty for a word that the migrator does not use. */
    static Optional<Outcome> reported(String word) {
        return Arrays.stream(values())
                .filter(each -> each != UNKNOWN && each.word.equals(word))
                .findFirst();
    }
}
