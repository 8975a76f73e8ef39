package dev.slipway.migrator.lint;

import java.util.LinkedHashMap;
import java.util.Map;

/** For people at a terminal: each finding with its line of SQL, then each rule once with its reason. */
final class TextReport {
    private static final int WIDEST = 160;

    private TextReport() {}

    static String of(LintResult result) {
        var text = new StringBuilder();
        Map<String, LintRule> rules = new LinkedHashMap<>();
        for (LintFinding finding : result.findings()) {
            text.append(finding(finding));
            rules.put(finding.rule().name(), finding.rule());
        }
        for (LintRule rule : rules.values()) {
            text.append('[').append(rule.name()).append("]\n  why:     ").append(rule.why());
            text.append("\n  instead: ").append(rule.saferWay()).append('\n');
        }
        if (!rules.isEmpty()) {
            text.append("To accept a finding, put '-- slipway: accept RULE because REASON' above its statement.\n\n");
        }
        for (AcceptedFinding accepted : result.accepted()) {
            String reason = accepted.reason().isEmpty() ? "without a reason" : "because " + accepted.reason();
            text.append("accepted: ")
                    .append(Visible.line(accepted.finding().place() + " ["
                            + accepted.finding().rule().name() + "] " + reason))
                    .append('\n');
        }
        return text.append(result.summary()).append('\n').toString();
    }

    private static String finding(LintFinding finding) {
        var text = new StringBuilder(
                Visible.line(finding.place() + ": " + finding.severity().word() + ": " + finding.message() + " ["
                        + finding.rule().name() + "]"));
        text.append('\n');
        if (finding.line() > 0) {
            String number = Integer.toString(finding.line());
            String source = Visible.line(finding.source().replace('\t', ' '));
            String shown = source.length() > WIDEST ? source.substring(0, WIDEST) + "…" : source;
            text.append("  ").append(number).append(" | ").append(shown).append('\n');
            text.append("  ").append(" ".repeat(number.length())).append(" | ");
            text.append(" ".repeat(Math.min(WIDEST, finding.column() - 1))).append("^\n");
        }
        return text.append('\n').toString();
    }
}
