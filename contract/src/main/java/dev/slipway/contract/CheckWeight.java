package dev.slipway.contract;

/** What it means for the pod when a check of the pre-flight has something to say against the database. */
public enum CheckWeight {
    /** A line in the report; the migration is tried. */
    WARN,
    /** The pod does not start. */
    FAIL
}
