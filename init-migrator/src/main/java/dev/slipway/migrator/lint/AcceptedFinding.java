package dev.slipway.migrator.lint;

/**
 * A finding that a comment beside its statement accepts.
 *
 * @param reason as the comment gives it; empty if it gives none
 */
public record AcceptedFinding(LintFinding finding, String reason) {}
