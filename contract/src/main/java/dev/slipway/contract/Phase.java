package dev.slipway.contract;

/** Which half of an expand-and-contract change may run. */
public enum Phase {
    /** Everything but the migrations that are marked as contract. */
    EXPAND,
    /** Also those that are marked as contract; only when no pod of an older version runs any more. */
    CONTRACT,
    /** No distinction. */
    ALL
}
