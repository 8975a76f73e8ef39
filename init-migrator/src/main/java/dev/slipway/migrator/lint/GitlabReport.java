package dev.slipway.migrator.lint;

import dev.slipway.migrator.report.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** GitLab's Code Quality report. */
final class GitlabReport {
    private GitlabReport() {}

    static String of(LintResult result) {
        var fingerprints = new HashMap<String, Integer>();
        List<Map<String, Object>> all = new ArrayList<>();
        for (LintFinding finding : result.findings()) {
            // GitLab shows only one finding of a fingerprint.
            int same = fingerprints.merge(Fingerprint.of(finding), 1, Integer::sum);
            var json = new LinkedHashMap<String, Object>();
            json.put("description", finding.message() + ": " + finding.rule().why());
            json.put("check_name", finding.rule().name());
            json.put("fingerprint", Fingerprint.of(finding) + (same == 1 ? "" : "-" + same));
            json.put("severity", finding.severity() == Severity.ERROR ? "critical" : "minor");
            json.put("location", Map.of("path", finding.file(), "lines", Map.of("begin", Math.max(1, finding.line()))));
            all.add(json);
        }
        return Json.write(all) + '\n';
    }
}
