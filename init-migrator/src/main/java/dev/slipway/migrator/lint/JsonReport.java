package dev.slipway.migrator.lint;

import dev.slipway.migrator.report.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** One JSON document, for programs. */
final class JsonReport {
    private JsonReport() {}

    static String of(LintResult result) {
        var document = new LinkedHashMap<String, Object>();
        document.put("base", result.base());
        document.put("released", result.released());
        document.put("judged", result.judgedFiles().size());
        document.put("errors", result.count(Severity.ERROR));
        document.put("warnings", result.count(Severity.WARNING));
        document.put(
                "findings", result.findings().stream().map(JsonReport::finding).toList());
        document.put(
                "accepted", result.accepted().stream().map(JsonReport::accepted).toList());
        return Json.write(document) + '\n';
    }

    private static Map<String, Object> finding(LintFinding finding) {
        var json = new LinkedHashMap<String, Object>();
        json.put("rule", finding.rule().name());
        json.put("severity", finding.severity().word());
        json.put("file", finding.file());
        json.put("line", finding.line());
        json.put("column", finding.column());
        json.put("message", finding.message());
        json.put("why", finding.rule().why());
        json.put("instead", finding.rule().saferWay());
        return json;
    }

    private static Map<String, Object> accepted(AcceptedFinding accepted) {
        Map<String, Object> json = finding(accepted.finding());
        json.put("reason", accepted.reason());
        return json;
    }
}
