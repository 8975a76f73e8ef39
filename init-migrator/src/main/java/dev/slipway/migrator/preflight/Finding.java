package dev.slipway.migrator.preflight;

import dev.slipway.contract.CheckWeight;
import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.migrator.failure.ConnectFailure;
import dev.slipway.migrator.failure.Refusal;

/**
 * The result of one check.
 *
 * @param check the name of the check, in kebab case
 * @param seen what was found; never contains a secret
 * @param wayOut what to do about it; empty if there is nothing to do
 * @param exitCode what a failure means for the process; {@link ExitCode#OK} for all other verdicts
 */
public record Finding(String check, Verdict verdict, String seen, String wayOut, ExitCode exitCode) {
    static Finding pass(String check, String seen) {
        return new Finding(check, Verdict.PASS, seen, "", ExitCode.OK);
    }

    static Finding warn(String check, String seen, String wayOut) {
        return new Finding(check, Verdict.WARN, seen, wayOut, ExitCode.OK);
    }

    static Finding of(ConnectFailure failure) {
        Refusal refusal = failure.refusal();
        String check = refusal == Refusal.POOLER ? PoolerProbe.NAME : "reachable";
        return fail(check, failure.seen(), failure.wayOut(), refusal.exitCode());
    }

    /** A failure with exit code 4. */
    static Finding refuse(String check, String seen, String wayOut) {
        return fail(check, seen, wayOut, ExitCode.PREFLIGHT_REFUSED);
    }

    static Finding fail(String check, String seen, String wayOut, ExitCode exitCode) {
        return new Finding(check, Verdict.FAIL, seen, wayOut, exitCode);
    }

    /** The same finding with the weight from the settings; passed and skipped findings stay the same. */
    Finding weighing(CheckWeight weight) {
        boolean weighs = verdict == Verdict.WARN || verdict == Verdict.FAIL;
        Verdict wanted = weight == CheckWeight.WARN ? Verdict.WARN : Verdict.FAIL;
        if (!weighs || verdict == wanted) {
            return this;
        }
        return weight == CheckWeight.WARN ? warn(check, seen, wayOut) : refuse(check, seen, wayOutOrPolicy());
    }

    private String wayOutOrPolicy() {
        return wayOut.isEmpty()
                ? "change what was found, or let it pass with " + Setting.PREFLIGHT_CHECKS.flag() + " " + check
                        + "=warn"
                : wayOut;
    }

    static Finding skipped(String check, String reason) {
        return new Finding(check, Verdict.SKIPPED, reason, "", ExitCode.OK);
    }
}
