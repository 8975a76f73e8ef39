package dev.slipway.contract;

/** What to do when one of several folders of migrations is missing. */
public enum MissingLocations {
    /** A missing folder is more often a mistake than meant. */
    REFUSE,
    /** As Flyway does by default. */
    IGNORE
}
