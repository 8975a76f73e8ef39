package dev.slipway.migrator.plan;

import dev.slipway.migrator.effects.RelationLock;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A long plan on one screen. */
final class PlanSummary {
    private PlanSummary() {}

    static String of(MigrationPlan plan) {
        List<ScriptPlan> scripts = plan.scripts();
        var text = new StringBuilder(scripts.get(0).name());
        if (scripts.size() > 1) {
            text.append(" to ").append(scripts.get(scripts.size() - 1).name());
        }
        text.append("\n\n");
        line(text, relations(plan, true), "relations in use are blocked for reads and writes");
        line(text, relations(plan, false), "relations in use are blocked for writes");
        line(text, unreadable(plan), "statements run what cannot be read");
        text.append('\n');
        for (HazardGroup group : HazardGroup.of(plan)) {
            line(text, group.places().size(), "[" + group.rule().ruleName() + "] " + group.where());
        }
        text.append('\n').append(PlanTable.summary(plan)).append("; --all shows each statement with its locks\n");
        return text.toString();
    }

    private static void line(StringBuilder text, long count, String what) {
        if (count > 0) {
            text.append(String.format(Locale.ROOT, "  %5d  %s\n", count, what));
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
