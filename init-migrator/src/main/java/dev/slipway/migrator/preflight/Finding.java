package dev.slipway.migrator.preflight;

import dev.slipway.contract.ExitCode;

/**
 * The answer to one question.
 *
 * @param check which question, in kebab case
 * @param seen what was found; never with a secret
 * @param wayOut what to do about it; empty where there is nothing to do
 * @param exitCode what a failure means for the process; {@link ExitCode#OK} for all other verdicts
 */
public record Finding(String check, Verdict verdict, String seen, String wayOut, ExitCode exitCode) {
    static Finding pass(String check, String seen) {
        return new Finding(check, Verdict.PASS, seen, "", ExitCode.OK);
    }

    static Finding warn(String check, String seen, String wayOut) {
        return new Finding(check, Verdict.WARN, seen, wayOut, ExitCode.OK);
    }

    /** With exit code 4. */
    static Finding refuse(String check, String seen, String wayOut) {
        return fail(check, seen, wayOut, ExitCode.PREFLIGHT_REFUSED);
    }

    static Finding fail(String check, String seen, String wayOut, ExitCode exitCode) {
        return new Finding(check, Verdict.FAIL, seen, wayOut, exitCode);
    }

    static Finding skipped(String check, String reason) {
        return new Finding(check, Verdict.SKIPPED, reason, "", ExitCode.OK);
    }
}
