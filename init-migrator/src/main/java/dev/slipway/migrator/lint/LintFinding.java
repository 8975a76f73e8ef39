package dev.slipway.migrator.lint;

/**
 * One place where a rule is broken.
 *
 * @param severity not {@link Severity#OFF}
 * @param file as a person in the current folder names it
 * @param line from 1; 0 if it is about the file as a whole
 * @param column of the first character, from 1; 0 without a line
 * @param source the line of the file; empty without a line
 */
public record LintFinding(
        LintRule rule, Severity severity, String file, int line, int column, String message, String source) {
    /** "V7__orders.sql:3:1", as editors and terminals link it. */
    String place() {
        return line == 0 ? file : file + ":" + line + ":" + column;
    }
}
