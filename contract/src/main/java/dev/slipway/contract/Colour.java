package dev.slipway.contract;

/** When output for people has colours. */
public enum Colour {
    /** On a terminal that shows them, unless {@code NO_COLOR} is set. */
    AUTO,
    ALWAYS,
    NEVER
}
