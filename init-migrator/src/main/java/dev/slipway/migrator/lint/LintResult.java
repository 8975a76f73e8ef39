package dev.slipway.migrator.lint;

import java.util.List;

/**
 * What a lint has found.
 *
 * @param base what counts as released, for people
 * @param released how many scripts that is
 * @param judgedFiles the scripts that the findings are about, as a person in the current folder names them
 * @param findings sorted by file and line
 */
public record LintResult(
        String base,
        int released,
        List<String> judgedFiles,
        List<LintFinding> findings,
        List<AcceptedFinding> accepted) {
    public LintResult {
        judgedFiles = List.copyOf(judgedFiles);
        findings = List.copyOf(findings);
        accepted = List.copyOf(accepted);
    }

    public long count(Severity severity) {
        return findings.stream().filter(each -> each.severity() == severity).count();
    }

    /** Whether a finding is at least as severe. */
    public boolean failsOn(Severity severity) {
        return findings.stream().anyMatch(each -> each.severity().compareTo(severity) <= 0);
    }

    /** One sentence. */
    public String summary() {
        return counted(judgedFiles.size(), "script") + " not released yet (" + base + ": " + counted(released, "script")
                + "): "
                + counted(count(Severity.ERROR), "error") + ", " + counted(count(Severity.WARNING), "warning") + ", "
                + accepted.size() + " accepted";
    }

    private static String counted(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
