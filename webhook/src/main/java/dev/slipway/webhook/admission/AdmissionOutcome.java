package dev.slipway.webhook.admission;

import java.util.Locale;

/** How an admission ended. A closed list, because metrics carry it as a label. */
public enum AdmissionOutcome {
    /** The patch adds our init containers. */
    INJECTED,
    /** The patch touches only our init containers, which were there already. */
    REPAIRED,
    /** Allowed as it is; the reason says why. */
    SKIPPED,
    /** A workload whose pods would be injected. */
    VALID,
    /** Refused with a list of problems. */
    DENIED,
    /** A fault of ours; refused, because the gate must not open by accident. */
    ERROR;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
