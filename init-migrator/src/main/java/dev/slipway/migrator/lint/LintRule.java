package dev.slipway.migrator.lint;

import dev.slipway.migrator.effects.Rule;
import dev.slipway.migrator.plan.ScriptRule;
import java.util.ArrayList;
import java.util.List;

/**
 * A rule of any kind, with its severity unless the command line sets another one.
 *
 * @param name stable, in kebab case
 */
public record LintRule(String name, Severity severity, String why, String saferWay) {
    static LintRule of(Rule hazard) {
        Severity severity = switch (hazard) {
            case FOREIGN_KEY_WITHOUT_INDEX, WRITE_ALL_ROWS, LOCK_TABLE, UNKNOWN_EFFECTS -> Severity.WARNING;
            default -> Severity.ERROR;
        };
        return new LintRule(hazard.ruleName(), severity, hazard.why(), hazard.saferWay());
    }

    static LintRule of(ScriptRule rule) {
        Severity severity = switch (rule) {
            case CONTRACT_WITHOUT_OLDEST_APP_VERSION, CONTRACT_WITH_ITS_EXPAND -> Severity.WARNING;
            case UNDO_MISSING -> Severity.OFF;
            default -> Severity.ERROR;
        };
        return new LintRule(rule.ruleName(), severity, rule.why(), rule.saferWay());
    }

    /** Those about files first. */
    public static List<LintRule> all() {
        var all = new ArrayList<LintRule>();
        for (ScriptRule each : ScriptRule.values()) {
            all.add(of(each));
        }
        for (Rule each : Rule.values()) {
            all.add(of(each));
        }
        return all;
    }
}
