package dev.slipway.migrator.lint;

import dev.slipway.contract.Version;
import dev.slipway.migrator.report.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** SARIF 2.1.0, for code scanning. Accepted findings are in it, as suppressed ones. */
final class SarifReport {
    private static final String SCHEMA =
            "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

    private SarifReport() {}

    static String of(LintResult result) {
        List<LintRule> rules = LintRule.all();
        var results = new ArrayList<Map<String, Object>>();
        result.findings().forEach(each -> results.add(finding(each, rules)));
        for (AcceptedFinding accepted : result.accepted()) {
            Map<String, Object> suppressed = finding(accepted.finding(), rules);
            var suppression = new LinkedHashMap<String, Object>();
            suppression.put("kind", "inSource");
            if (!accepted.reason().isEmpty()) {
                suppression.put("justification", accepted.reason());
            }
            suppressed.put("suppressions", List.of(suppression));
            results.add(suppressed);
        }
        var driver = new LinkedHashMap<String, Object>();
        driver.put("name", "slipway lint");
        driver.put("version", Version.of(SarifReport.class));
        driver.put("rules", rules.stream().map(SarifReport::rule).toList());
        var run = new LinkedHashMap<String, Object>();
        run.put("tool", Map.of("driver", driver));
        run.put("columnKind", "utf16CodeUnits");
        run.put("results", results);
        var document = new LinkedHashMap<String, Object>();
        document.put("$schema", SCHEMA);
        document.put("version", "2.1.0");
        document.put("runs", List.of(run));
        return Json.write(document) + '\n';
    }

    private static Map<String, Object> rule(LintRule rule) {
        var json = new LinkedHashMap<String, Object>();
        json.put("id", rule.name());
        json.put("shortDescription", text(rule.name().replace('-', ' ')));
        json.put("fullDescription", text(rule.why()));
        json.put("help", text("Instead: " + rule.saferWay()));
        json.put("defaultConfiguration", configuration(rule.severity()));
        return json;
    }

    private static Map<String, Object> configuration(Severity severity) {
        return severity == Severity.OFF ? Map.of("enabled", false) : Map.of("level", severity.word());
    }

    private static Map<String, Object> finding(LintFinding finding, List<LintRule> rules) {
        var place = new LinkedHashMap<String, Object>();
        place.put("artifactLocation", Map.of("uri", uri(finding.file())));
        if (finding.line() > 0) {
            place.put(
                    "region",
                    Map.of(
                            "startLine",
                            finding.line(),
                            "startColumn",
                            finding.column(),
                            "snippet",
                            text(finding.source())));
        }
        var json = new LinkedHashMap<String, Object>();
        json.put("ruleId", finding.rule().name());
        json.put("ruleIndex", rules.indexOf(finding.rule()));
        json.put("level", finding.severity().word());
        json.put("message", text(finding.message() + ": " + finding.rule().why()));
        json.put("locations", List.of(Map.of("physicalLocation", place)));
        json.put("partialFingerprints", Map.of("slipwayLint/v1", Fingerprint.of(finding)));
        return json;
    }

    private static Map<String, Object> text(String text) {
        return Map.of("text", text);
    }

    /** A reference below the repository; every byte is escaped that could mean something in it. */
    private static String uri(String file) {
        var uri = new StringBuilder(file.startsWith("/") ? "file://" : "");
        for (byte each : file.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = (each >= '0' && each <= '9')
                    || (each >= 'A' && each <= 'Z')
                    || (each >= 'a' && each <= 'z')
                    || "-._~/".indexOf(each) >= 0;
            uri.append(plain ? Character.toString(each) : String.format(Locale.ROOT, "%%%02X", each));
        }
        return uri.toString();
    }
}
