package dev.slipway.migrator.lint;

/** For a comment on a pull request, or the summary of a job. */
final class MarkdownReport {
    private static final String SPECIAL = "\\`*_{}[]()<>#+-!|&~$\"':";

    private MarkdownReport() {}

    static String of(LintResult result) {
        var text = new StringBuilder("### slipway lint\n\n")
                .append(escaped(result.summary()))
                .append('\n');
        if (!result.findings().isEmpty()) {
            text.append("\n| | where | what | instead | rule |\n|---|---|---|---|---|\n");
        }
        for (LintFinding finding : result.findings()) {
            text.append("| ").append(finding.severity().word());
            text.append(" | ")
                    .append(escaped(finding.file() + (finding.line() == 0 ? "" : ", line " + finding.line())));
            text.append(" | ")
                    .append(escaped(finding.message() + ": " + finding.rule().why()));
            text.append(" | ").append(escaped(finding.rule().saferWay()));
            text.append(" | ").append(escaped(finding.rule().name())).append(" |\n");
        }
        if (!result.accepted().isEmpty()) {
            text.append("\n| accepted | rule | reason |\n|---|---|---|\n");
        }
        for (AcceptedFinding accepted : result.accepted()) {
            text.append("| ").append(escaped(accepted.finding().place()));
            text.append(" | ").append(escaped(accepted.finding().rule().name()));
            text.append(" | ").append(escaped(accepted.reason())).append(" |\n");
        }
        return text.toString();
    }

    /** Names and reasons come from files of a branch: they must neither format the comment nor call people. */
    private static String escaped(String text) {
        var markdown = new StringBuilder();
        Visible.line(text).codePoints().forEach(each -> {
            if (each == '@') {
                markdown.append("&#64;\u200B");
            } else if (SPECIAL.indexOf(each) >= 0) {
                markdown.append("&#").append(each).append(';');
            } else {
                markdown.appendCodePoint(each);
            }
        });
        return markdown.toString();
    }
}
