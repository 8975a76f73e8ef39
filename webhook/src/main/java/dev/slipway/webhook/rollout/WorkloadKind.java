package dev.slipway.webhook.rollout;

import java.util.Locale;

/** What keeps an application's pods running. */
public enum WorkloadKind {
    DEPLOYMENT,
    STATEFULSET,
    DAEMONSET;

    /** As kubectl calls it, {@code statefulset}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
