package dev.slipway.webhook.certificates;

import java.util.Locale;

/** Why the Secret was written; the label in log and metrics. */
enum CaChange {
    CREATED_SECRET(false),
    FILLED_EMPTY_SECRET(false),
    /** Two thirds of the CA's life had passed. */
    ROLLED_OVER(false),
    /** A leaf validity after the rollover. */
    DROPPED_PREDECESSORS(false),
    REPLACED_EXPIRED(true),
    /** From the memory of a replica: the same CA as before. */
    RESTORED_DAMAGED(true),
    /** By a new CA. */
    REPLACED_DAMAGED(true);

    private final boolean repair;

    CaChange(boolean repair) {
        this.repair = repair;
    }

    /** Whether an administrator should look into what happened. */
    boolean isRepair() {
        return repair;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
