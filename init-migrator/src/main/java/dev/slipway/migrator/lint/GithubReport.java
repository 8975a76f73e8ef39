package dev.slipway.migrator.lint;

/** Workflow commands of GitHub Actions, which its runner turns into annotations on the diff. */
final class GithubReport {
    private GithubReport() {}

    static String of(LintResult result) {
        var text = new StringBuilder();
        for (LintFinding finding : result.findings()) {
            text.append("::").append(finding.severity().word());
            text.append(" file=").append(property(finding.file()));
            if (finding.line() > 0) {
                text.append(",line=").append(finding.line()).append(",col=").append(finding.column());
            }
            text.append(",title=")
                    .append(property("slipway: " + finding.rule().name()))
                    .append("::");
            text.append(data(finding.message() + "\nwhy: " + finding.rule().why() + "\ninstead: "
                    + finding.rule().saferWay()));
            text.append('\n');
        }
        for (AcceptedFinding accepted : result.accepted()) {
            text.append("::notice file=").append(property(accepted.finding().file()));
            if (accepted.finding().line() > 0) {
                text.append(",line=").append(accepted.finding().line());
            }
            text.append(",title=")
                    .append(property(
                            "slipway: accepted " + accepted.finding().rule().name()));
            text.append("::").append(data(accepted.reason().isEmpty() ? "without a reason" : accepted.reason()));
            text.append('\n');
        }
        return text.append(Visible.line(result.summary())).append('\n').toString();
    }

    /** The runner undoes exactly these. */
    private static String data(String text) {
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
    }

    private static String property(String text) {
        return data(text).replace(":", "%3A").replace(",", "%2C");
    }
}
