package dev.slipway.migrator.lint;

import java.util.List;

/**
 * JUnit's XML: a test case for each finding, and one for each script without any. Errors are failures; warnings are
 * skipped cases, because the format has nothing between.
 */
final class JunitReport {
    private JunitReport() {}

    static String of(LintResult result) {
        List<String> sound = result.judgedFiles().stream()
                .filter(file ->
                        result.findings().stream().noneMatch(each -> each.file().equals(file)))
                .toList();
        var xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
        xml.append("<testsuite name=\"slipway lint\" tests=\"")
                .append(result.findings().size() + sound.size())
                .append("\" failures=\"")
                .append(result.count(Severity.ERROR))
                .append("\" errors=\"0\" skipped=\"")
                .append(result.count(Severity.WARNING))
                .append("\">\n");
        for (LintFinding finding : result.findings()) {
            String element = finding.severity() == Severity.ERROR ? "failure" : "skipped";
            testCase(
                    xml,
                    finding.file(),
                    finding.rule().name() + (finding.line() == 0 ? "" : " line " + finding.line()));
            xml.append(">\n<")
                    .append(element)
                    .append(" message=\"")
                    .append(escaped(finding.message()))
                    .append('"');
            if (finding.severity() == Severity.ERROR) {
                xml.append(" type=\"").append(finding.rule().name()).append('"');
            }
            xml.append('>')
                    .append(escaped(finding.place() + "\n" + finding.source() + "\nwhy: "
                            + finding.rule().why() + "\ninstead: "
                            + finding.rule().saferWay()))
                    .append("</")
                    .append(element)
                    .append(">\n</testcase>\n");
        }
        for (String file : sound) {
            testCase(xml, file, "no finding");
            xml.append("/>\n");
        }
        return xml.append("</testsuite>\n</testsuites>\n").toString();
    }

    private static void testCase(StringBuilder xml, String file, String name) {
        xml.append("<testcase classname=\"")
                .append(escaped(file))
                .append("\" file=\"")
                .append(escaped(file));
        xml.append("\" name=\"").append(escaped(name)).append('"');
    }

    /** XML 1.0 has no way to write some characters at all. */
    private static String escaped(String text) {
        var xml = new StringBuilder(text.length());
        text.codePoints().forEach(each -> {
            boolean writable = (each >= 0x20 && each < 0xD800) || (each >= 0xE000 && each < 0xFFFE) || each > 0xFFFF;
            if (each == '\n'
                    || each == '\t'
                    || each == '\r'
                    || each == '"'
                    || each == '<'
                    || each == '>'
                    || each == '&') {
                xml.append("&#").append(each).append(';');
            } else {
                xml.appendCodePoint(writable ? each : 0xFFFD);
            }
        });
        return xml.toString();
    }
}
