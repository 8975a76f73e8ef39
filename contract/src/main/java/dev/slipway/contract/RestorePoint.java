package dev.slipway.contract;

/** Whether a migration leaves a named restore point in the write-ahead log before it changes anything. */
public enum RestorePoint {
    /** If the server and the role allow it; the log says why not. */
    AUTO,
    /** Exit 4 if it cannot be made. */
    REQUIRE,
    OFF
}
