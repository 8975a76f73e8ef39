package dev.slipway.migrator.plan;

import dev.slipway.contract.cli.TextWrap;
import dev.slipway.migrator.effects.RelationLock;
import dev.slipway.migrator.report.Terminal;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A long plan on one screen. */
final class PlanSummary {
    private PlanSummary() {}

    static String of(MigrationPlan plan, Terminal terminal) {
        List<ScriptPlan> scripts = plan.scripts();
        var text = new StringBuilder(scripts.get(0).name());
        if (scripts.size() > 1) {
            text.append(" to ").append(scripts.get(scripts.size() - 1).name());
        }
        text.append("\n\n");
        int width = terminal.width();
        line(text, width, relations(plan, true), "relations in use are blocked for reads and writes");
        line(text, width, relations(plan, false), "relations in use are blocked for writes");
        line(text, width, unreadable(plan), "statements run what cannot be read");
        text.append('\n');
        for (HazardGroup group : HazardGroup.of(plan)) {
            String rule = terminal.yellow("[" + group.rule().ruleName() + "]");
            line(text, width, group.places().size(), rule + ' ' + group.where());
        }
        text.append('\n');
        TextWrap.append(text, "", 2, PlanTable.summary(plan) + "; --all shows each statement with its locks", width);
        return text.toString();
    }

    private static void line(StringBuilder text, int width, long count, String what) {
        if (count > 0) {
            TextWrap.append(text, String.format(Locale.ROOT, "  %5d  ", count), 9, what, width);
        }
    }

    /** Counts each relation once, by its strongest lock. */
    private static long relations(MigrationPlan plan, boolean reads) {
        return plan.scripts().stream()
                .flatMap(script -> script.statements().stream())
                .flatMap(statement -> statement.locks().stream())
                .filter(RelationLock::blocksWrites)
                .collect(Collectors.groupingBy(
                        RelationLock::relation,
                        Collectors.reducing(false, RelationLock::blocksReads, Boolean::logicalOr)))
                .values()
                .stream()
                .filter(blocksReads -> blocksReads == reads)
                .count();
    }

    private static long unreadable(MigrationPlan plan) {
        return plan.scripts().stream()
                .flatMap(script -> script.statements().stream())
                .filter(StatementPlan::opaque)
                .count();
    }
}
