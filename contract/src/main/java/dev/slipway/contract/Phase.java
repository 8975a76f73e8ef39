package dev.slipway.contract;

/** Which half of an expand-and-contract change may run. */
public enum Phase {
    /** Everything but the migrations that are marked as contract. */
    EXPAND,
    /**
     * Those that are marked as contract, when no pod of an older version runs any more; refused while others are pending,
     * as then the newer version has not been rolled out.
     */
    CONTRACT,
    /** Everything, in the order of the versions. */
    ALL
}
