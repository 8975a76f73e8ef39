package dev.slipway.contract;

import java.util.Arrays;
import java.util.Optional;

/** How a run of the migrator ended, in the word that logs, termination messages, metrics and Events share. */
public enum RunOutcome {
    UP_TO_DATE("up-to-date", true),
    APPLIED("applied", true),
    /** Another replica applied it while this one waited. */
    WAITED("waited", true),
    CHECKED("checked", true),
    ROLLED_BACK("rolled-back", true),
    FAILED("failed", false),
    TERMINATED("terminated", false),
    /** Never reported: the container was killed, did not write, or wrote what the migrator does not write. */
    UNKNOWN("unknown", false);

    private final String word;
    private final boolean success;

    RunOutcome(String word, boolean success) {
        this.word = word;
        this.success = success;
    }

    public String word() {
        return word;
    }

    /** Whether the migrator uses this word together with this exit code. */
    public boolean fits(int exitCode) {
        return success == (exitCode == 0);
    }

    /** The outcome of a report; empty for a word that the migrator does not use. */
    public static Optional<RunOutcome> reported(String word) {
        return Arrays.stream(values())
                .filter(each -> each != UNKNOWN && each.word.equals(word))
                .findFirst();
    }
}
