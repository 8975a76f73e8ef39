package dev.slipway.migrator.preflight;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.PreflightCheck;
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

    private static final int WIDTH = 110;
    private static final String RED = "\u001b[31m";
    private static final String YELLOW = "\u001b[33m";
    private static final String GREEN = "\u001b[32m";
    private static final String PLAIN = "\u001b[0m";

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

    /**
     * For people: a line for each finding, its way out below it; ends with a line feed.
     *
     * @param colour whether the output is a terminal
     */
    public String toTable(boolean colour) {
        int column =
                findings.stream().mapToInt(each -> each.check().length()).max().orElse(0);
        var text = new StringBuilder("pre-flight of ").append(database).append("\n\n");
        for (Finding finding : findings) {
            String mark = finding.verdict().mark();
            String check = " ".repeat(6 - mark.length()) + pad(finding.check(), column + 2);
            String start = "  " + (colour ? coloured(finding.verdict(), mark) : mark) + check;
            int width = 2 + mark.length() + check.length();
            appendWrapped(text, start, width, finding.seen());
            if (!finding.wayOut().isEmpty()) {
                appendWrapped(text, " ".repeat(width) + "-> ", width + 3, finding.wayOut());
            }
        }
        return text.append('\n').append(summary()).append('\n').toString();
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

    private static String coloured(Verdict verdict, String text) {
        return switch (verdict) {
            case PASS -> GREEN + text + PLAIN;
            case WARN -> YELLOW + text + PLAIN;
            case FAIL -> RED + text + PLAIN;
            case SKIPPED -> text;
        };
    }

    /** Appends text whose further lines are aligned with the first. */
    private static void appendWrapped(StringBuilder text, String start, int column, String words) {
        text.append(start);
        int length = column;
        for (String word : words.split("\\s+", -1)) {
            if (length > column && length + 1 + word.length() > WIDTH) {
                text.append('\n').append(" ".repeat(column));
                length = column;
            }
            text.append(length > column ? " " : "").append(word);
            length += word.length() + (length > column ? 1 : 0);
        }
        text.append('\n');
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(1, width - text.length()));
    }
}
