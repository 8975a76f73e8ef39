package dev.slipway.contract;

/** What to do with a version that is lower than the newest applied one, as a branch that merges second brings it. */
public enum OutOfOrder {
    /** Exit 6. */
    REFUSE,
    /** It is applied, after the newer ones. */
    ALLOW
}
