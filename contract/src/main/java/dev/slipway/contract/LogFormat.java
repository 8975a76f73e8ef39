package dev.slipway.contract;

/** How log lines are written to standard output. */
public enum LogFormat {
    /** Text on a terminal, JSON elsewhere. */
    AUTO,
    JSON,
    TEXT
}
