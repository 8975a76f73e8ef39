package dev.slipway.migrator.plan;

import dev.slipway.migrator.effects.Rule;

/**
 * A place in a script that can hurt a running system.
 *
 * @param line of the statement, from 1
 * @param what what the statement does, and to which relation
 */
public record Hazard(Rule rule, int line, String what) {
    static Hazard at(Rule rule, int line, String subject) {
        return new Hazard(rule, line, rule.what(subject));
    }

    /** The comment that accepts this hazard, on a line above the statement or behind it. */
    public String ignoreComment() {
        return IgnoreComments.PREFIX + " " + rule.ruleName();
    }
}
