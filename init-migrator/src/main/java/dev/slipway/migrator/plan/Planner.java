package dev.slipway.migrator.plan;

import dev.slipway.migrator.sql.NonTransactional;
import dev.slipway.migrator.sql.SqlStatement;
import java.util.ArrayList;
import java.util.List;

/** Goes through the scripts in their order. Used once; not thread-safe. */
final class Planner {
    private final String defaultSchema;
    private final PendingSchema schema = new PendingSchema();

    Planner(String defaultSchema) {
        this.defaultSchema = defaultSchema;
    }

    MigrationPlan plan(List<PendingScript> pending) {
        List<ReadScript> scripts = new ArrayList<>();
        for (PendingScript script : pending) {
            List<ReadStatement> statements = new ArrayList<>();
            for (SqlStatement statement : script.script().statements()) {
                statements.add(read(statement));
            }
            scripts.add(new ReadScript(script.name(), statements));
        }
        // Only now it is known which indexes come later.
        return new MigrationPlan(scripts.stream().map(this::plan).toList());
    }

    private ReadStatement read(SqlStatement statement) {
        StatementEffects effects = StatementReader.read(statement, defaultSchema);
        schema.apply(effects);
        List<PlannedEffect> planned = effects.effects().stream()
                .map(effect -> schema.provesNotNull(effect) ? effect.withoutScan() : effect)
                .map(effect -> new PlannedEffect(effect, schema.creates(effect.relation())))
                .toList();
        return new ReadStatement(statement, effects, planned, NonTransactional.reasonOf(statement));
    }

    private ScriptPlan plan(ReadScript script) {
        List<StatementPlan> statements =
                script.statements().stream().map(Planner::plan).toList();
        return new ScriptPlan(script.name(), statements, new HazardFinder(script, schema).find());
    }

    private static StatementPlan plan(ReadStatement read) {
        return new StatementPlan(
                read.statement().line(),
                read.statement().endLine(),
                CommandLabel.of(read.statement().text()),
                read.effects().stream().map(PlannedEffect::lock).distinct().toList(),
                read.nonTransactional(),
                read.all().isOpaque());
    }
}
