package dev.slipway.webhook.injection;

import java.util.Locale;

/** Why a pod is refused. A closed list, because metrics carry it as a label. */
public enum RejectReason {
    /** It opted in, with mistakes. */
    INVALID,
    /** Something of ours is on it, or on its workload, that does not opt in. */
    OPT_IN_MISTAKE,
    /** It has our init containers, but not those that its annotations ask for. */
    STALE_COPY;

    /** In kebab case, as in metrics and logs. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
