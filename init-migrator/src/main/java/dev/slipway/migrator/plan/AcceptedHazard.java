package dev.slipway.migrator.plan;

/**
 * A hazard that a comment accepts.
 *
 * @param reason as the comment gives it; empty if it gives none
 */
public record AcceptedHazard(Hazard hazard, String reason) {}
