package dev.slipway.migrator.preflight;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.PreflightCheck;
import dev.slipway.contract.cli.TextWrap;
import dev.slipway.migrator.report.Terminal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that the pre-flight found. Immutable.
 *
 * @param database as {@code DatabaseTarget} describes it, without a password
 */
public record PreflightReport(String database, List<Finding> findings) {
    /**
     * Exit codes by importance: an unreachable database explains all that follows from it. The migration would find a
     * wrong configuration first, and scripts that cannot run last.
     */
    private static final List<ExitCode> MOST_TELLING_FIRST = List.of(
            ExitCode.DATABASE_UNREACHABLE, ExitCode.USAGE, ExitCode.PREFLIGHT_REFUSED, ExitCode.HISTORY_DIFFERS);

    private static final int WIDEST = 110;

    /** Below this there is no column for the names of the checks. */
    private static final int NARROW = 60;

    public PreflightReport {
        findings = List.copyOf(findings);
    }

    public ExitCode exitCode() {
        return decisive().map(Finding::exitCode).orElse(ExitCode.OK);
    }

    /**
     * The failure that names the exit code; empty if nothing failed. Problems of the history come before missing
     * privileges on it, because the migration reads it first.
     */
    public Optional<Finding> decisive() {
        List<Finding> failed =
                findings.stream().filter(each -> each.verdict() == Verdict.FAIL).toList();
        for (ExitCode code : MOST_TELLING_FIRST) {
            List<Finding> telling = failed.stream()
                    .filter(each -> each.exitCode() == code && !isAboutScripts(each))
                    .toList();
            Optional<Finding> history = telling.stream()
                    .filter(each -> each.check().equals(PreflightCheck.HISTORY.word()))
                    .findFirst();
            if (!telling.isEmpty()) {
                return history.or(() -> telling.stream().findFirst());
            }
        }
        return failed.stream().findFirst();
    }

    private static boolean isAboutScripts(Finding finding) {
        return finding.exitCode() == ExitCode.USAGE && finding.check().equals(PreflightCheck.MIGRATIONS.word());
    }

    /**
     * One line for logs and the termination message: "15 checks: 1 failed (pooler), 2 warnings (hazards)", counting
     * lines.
     */
    public String summary() {
        var text = new StringBuilder().append(findings.size()).append(findings.size() == 1 ? " check: " : " checks: ");
        List<String> failed = checksWith(Verdict.FAIL);
        List<String> warned = checksWith(Verdict.WARN);
        if (failed.isEmpty() && warned.isEmpty()) {
            return text.append("nothing in the way").toString();
        }
        if (!failed.isEmpty()) {
            text.append(count(Verdict.FAIL))
                    .append(" failed (")
                    .append(String.join(", ", failed))
                    .append(')');
        }
        if (!warned.isEmpty()) {
            long warnings = count(Verdict.WARN);
            text.append(failed.isEmpty() ? "" : ", ").append(warnings);
            text.append(warnings == 1 ? " warning (" : " warnings (");
            text.append(String.join(", ", warned)).append(')');
        }
        return text.toString();
    }

    /** For people: a line for each finding, its way out below it; ends with a line feed. */
    public String toTable(Terminal terminal) {
        int column =
                findings.stream().mapToInt(each -> each.check().length()).max().orElse(0);
        int width = Math.min(terminal.width(), WIDEST);
        var text = new StringBuilder();
        TextWrap.append(text, "", 2, "pre-flight of " + database, width);
        text.append('\n');
        for (Finding finding : findings) {
            String mark = finding.verdict().mark();
            String check = " ".repeat(6 - mark.length()) + pad(finding.check(), width < NARROW ? 0 : column + 2);
            int used = 2 + mark.length() + check.length();
            int from = Math.min(used, width / 3);
            TextWrap.append(
                    text,
                    "  " + coloured(terminal, finding.verdict(), mark) + check,
                    from,
                    oneLine(finding.seen()),
                    width);
            if (!finding.wayOut().isEmpty()) {
                TextWrap.append(text, " ".repeat(from) + "-> ", from + 3, oneLine(finding.wayOut()), width);
            }
        }
        text.append('\n');
        TextWrap.append(text, "", 2, summary(), width);
        return text.toString();
    }

    /** For programs: maps, lists, texts and numbers only. */
    public Map<String, Object> toMap() {
        var map = new LinkedHashMap<String, Object>();
        map.put("database", database);
        map.put("exitCode", exitCode().code());
        map.put("summary", summary());
        map.put("findings", findings.stream().map(PreflightReport::toMap).toList());
        return map;
    }

    private static Map<String, Object> toMap(Finding finding) {
        var map = new LinkedHashMap<String, Object>();
        map.put("check", finding.check());
        map.put("verdict", finding.verdict().word());
        map.put("seen", finding.seen());
        if (!finding.wayOut().isEmpty()) {
            map.put("wayOut", finding.wayOut());
        }
        return map;
    }

    private long count(Verdict verdict) {
        return findings.stream().filter(each -> each.verdict() == verdict).count();
    }

    private List<String> checksWith(Verdict verdict) {
        var checks = new ArrayList<String>();
        for (Finding finding : findings) {
            if (finding.verdict() == verdict && !checks.contains(finding.check())) {
                checks.add(finding.check());
            }
        }
        return checks;
    }

    private static String coloured(Terminal terminal, Verdict verdict, String text) {
        return switch (verdict) {
            case PASS -> terminal.green(text);
            case WARN -> terminal.yellow(text);
            case FAIL -> terminal.red(text);
            case SKIPPED -> text;
        };
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(1, width - text.length()));
    }
}
