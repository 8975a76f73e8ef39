package dev.slipway.migrator.plan;

import dev.slipway.migrator.effects.Rule;

/**
 * A place in a script that can hurt a running system.
 *
 * @param line of the statement, from 1
 * @param what the effect of the statement, and its relation
 */
public record Hazard(Rule rule, int line, String what) {
    static Hazard at(Rule rule, int line, String subject) {
        return new Hazard(rule, line, rule.what(subject));
    }
}
