package dev.slipway.migrator.plan;

import dev.slipway.contract.cli.TextWrap;
import dev.slipway.migrator.effects.RelationLock;
import dev.slipway.migrator.effects.Rule;
import dev.slipway.migrator.report.Columns;
import dev.slipway.migrator.report.Terminal;
import java.util.ArrayList;
import java.util.List;

/** A plan as text with aligned columns. Used once; not thread-safe. */
final class PlanTable {
    private static final List<String> HEADINGS = List.of("line", "statement", "lock", "on", "blocks", "work");

    /** Up to this many lines are printed in full. */
    private static final int SCREEN = 60;

    private static final int GAP = 2;

    private final MigrationPlan plan;
    private final Terminal terminal;
    private final int width;
    private final StringBuilder text = new StringBuilder();

    PlanTable(MigrationPlan plan, Terminal terminal) {
        this.plan = plan;
        this.terminal = terminal;
        this.width = terminal.width();
    }

    boolean fitsOnAScreen() {
        int lines = 0;
        for (ScriptPlan script : plan.scripts()) {
            lines += 2 + script.hazards().size();
            lines += script.statements().stream()
                    .mapToInt(statement -> rows(statement).size())
                    .sum();
        }
        return lines <= SCREEN;
    }

    String render() {
        int[] widths = widths();
        for (ScriptPlan script : plan.scripts()) {
            text.append(script.name()).append('\n');
            if (!script.statements().isEmpty() && fits(widths)) {
                line(HEADINGS, widths);
            }
            script.statements().forEach(statement -> rows(statement).forEach(row -> line(row, widths)));
            script.hazards().forEach(this::hazard);
            text.append('\n');
        }
        explanations();
        TextWrap.append(text, "", 2, summary(plan), width);
        return text.toString();
    }

    static String summary(MigrationPlan plan) {
        int statements = plan.scripts().stream()
                .mapToInt(script -> script.statements().size())
                .sum();
        return counted(plan.scripts().size(), "script") + ", " + counted(statements, "statement") + ", "
                + counted(plan.hazardCount(), "hazard");
    }

    static String counted(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    private int[] widths() {
        List<List<String>> all = new ArrayList<>(List.of(HEADINGS));
        for (ScriptPlan script : plan.scripts()) {
            script.statements().forEach(statement -> all.addAll(rows(statement)));
        }
        return Columns.fit(all, GAP, width - GAP);
    }

    private boolean fits(int[] widths) {
        return Columns.total(widths, GAP) <= width - GAP;
    }

    private static List<List<String>> rows(StatementPlan statement) {
        List<List<String>> rows = new ArrayList<>();
        String line = Integer.toString(statement.line());
        if (statement.locks().isEmpty()) {
            String lock = statement.opaque() ? "depends on what it calls" : "-";
            rows.add(List.of(line, command(statement), lock, "-", "-", "-"));
        }
        for (RelationLock lock : statement.locks()) {
            boolean first = rows.isEmpty();
            String command = first ? command(statement) + " " : "  ";
            rows.add(List.of(
                    first ? line : "",
                    (command + lock.form()).stripTrailing(),
                    lock.mode().sql(),
                    lock.relation() + descendants(lock) + (lock.isNew() ? " (new)" : ""),
                    blocks(lock),
                    lock.work().word()));
        }
        return rows;
    }

    private static String descendants(RelationLock lock) {
        return lock.descendants() == 0 ? "" : " and " + lock.descendants() + " below it";
    }

    private static String command(StatementPlan statement) {
        return statement.command() + (statement.runsAlone() ? " (no transaction)" : "");
    }

    private static String blocks(RelationLock lock) {
        if (lock.blocksReads()) {
            return "reads, writes";
        }
        return lock.blocksWrites() ? "writes" : "-";
    }

    private void line(List<String> row, int[] widths) {
        if (!fits(widths)) {
            text.append("  ").append(Columns.sentence(HEADINGS, row, width - GAP));
            return;
        }
        for (List<String> cells : Columns.lines(row, widths)) {
            var line = new StringBuilder("  ");
            for (int column = 0; column < widths.length; column++) {
                String cell = cells.get(column);
                String padding = " ".repeat(widths[column] - cell.length());
                // Numbers are aligned to the right.
                line.append(column == 0 ? padding + cell : cell + padding).append("  ");
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
    }

    private void hazard(Hazard hazard) {
        String what = hazard.what() + " [" + hazard.rule().ruleName() + "]";
        TextWrap.append(text, "  " + terminal.yellow("! line " + hazard.line() + ":") + ' ', 6, what, width);
    }

    private void explanations() {
        List<Rule> broken = plan.scripts().stream()
                .flatMap(script -> script.hazards().stream())
                .map(Hazard::rule)
                .distinct()
                .sorted()
                .toList();
        for (Rule rule : broken) {
            text.append("[").append(rule.ruleName()).append("]\n");
            TextWrap.append(text, "  why:   ", 9, rule.why(), width);
            TextWrap.append(text, "  safer: ", 9, rule.saferWay(), width);
        }
        if (!broken.isEmpty()) {
            String accept = "To accept a hazard, put '" + AcceptComments.FORM + "' above its statement.";
            TextWrap.append(text, "", 2, accept, width);
            text.append('\n');
        }
    }
}
