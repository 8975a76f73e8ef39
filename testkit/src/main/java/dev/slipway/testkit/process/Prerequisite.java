package dev.slipway.testkit.process;

import org.junit.jupiter.api.Assumptions;

/** What a test needs of the machine beyond a JDK. */
public final class Prerequisite {
    private Prerequisite() {}

    /**
     * Skips the running test, with the reason in its report; if the variable {@code CI} is set it fails instead, so
     * that no tier goes missing unnoticed.
     *
     * @param reason what is missing, and how to get it
     * @return never null, for the caller to throw, which shows the compiler that the test ends here
     */
    public static AssertionError missing(String reason) {
        if (System.getenv("CI") == null) {
            Assumptions.abort(reason);
        }
        return new AssertionError(reason);
    }
}
