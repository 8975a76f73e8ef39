package dev.slipway.migrator.plan;

import dev.slipway.migrator.effects.CommandLabel;
import dev.slipway.migrator.effects.Effect;
import dev.slipway.migrator.effects.StatementEffects;
import dev.slipway.migrator.effects.StatementReader;
import dev.slipway.migrator.sql.NonTransactional;
import dev.slipway.migrator.sql.QualifiedName;
import dev.slipway.migrator.sql.SqlStatement;
import java.util.ArrayList;
import java.util.List;

/** Goes through the scripts in their order. Used once; not thread-safe. */
final class Planner {
    private final String defaultSchema;
    private final PendingSchema schema;

    Planner(String defaultSchema, Catalogue catalogue) {
        this.defaultSchema = defaultSchema;
        this.schema = new PendingSchema(catalogue);
    }

    MigrationPlan plan(List<PlannedScript> pending) {
        List<ReadScript> scripts = new ArrayList<>();
        for (PlannedScript script : pending) {
            List<ReadStatement> statements = new ArrayList<>();
            for (SqlStatement statement : script.script().statements()) {
                statements.add(read(statement));
            }
            scripts.add(new ReadScript(script, statements));
        }
        // Only now are the later indexes known.
        return new MigrationPlan(scripts.stream().map(this::plan).toList());
    }

    /** Reads the next statement, in the schema that the previous ones have left. */
    ReadStatement read(SqlStatement statement) {
        StatementEffects effects = StatementReader.read(statement, defaultSchema);
        boolean nothing = effects.isConditional() && effects.created().stream().anyMatch(schema::exists);
        if (nothing) {
            effects = new StatementEffects(defaultSchema);
        }
        schema.begin(effects);
        List<PlannedEffect> planned = new Consequences(effects, schema)
                .all().stream()
                        .map(effect -> new PlannedEffect(effect, schema.creates(effect.relation())))
                        .toList();
        List<StatementEffects.Note> notes = effects.notes().stream()
                .filter(note -> !schema.creates(note.relation()))
                .toList();
        var read = new ReadStatement(
                statement,
                effects,
                planned,
                refusedOnPartitioned(effects),
                notes,
                unknownCalls(effects),
                NonTransactional.reasonOf(statement));
        schema.end(effects);
        return read;
    }

    /** Functions that are neither defined in the statement nor PostgreSQL's own. */
    private List<String> unknownCalls(StatementEffects effects) {
        return effects.called().stream()
                .filter(each -> each.schema().isPresent() || !schema.catalogue().isBuiltIn(each.name()))
                .map(QualifiedName::toString)
                .sorted()
                .toList();
    }

    private List<QualifiedName> refusedOnPartitioned(StatementEffects effects) {
        return effects.effects().stream()
                .filter(effect -> switch (effect.operation()) {
                    case CREATE_INDEX_CONCURRENTLY, DROP_INDEX_CONCURRENTLY -> schema.isPartitioned(effect.relation());
                    case ADD_USING_INDEX -> schema.isPartitioned(effect.relation());
                    case ADD_FOREIGN_KEY_NOT_VALID ->
                        schema.isPartitioned(effect.relation())
                                && isBetween(1, 17, schema.catalogue().major());
                    case DETACH_CONCURRENTLY ->
                        schema.defaultPartition(effect.relation()).isPresent();
                    default -> false;
                })
                .map(Effect::relation)
                .toList();
    }

    private static boolean isBetween(int from, int to, int major) {
        return from <= major && major <= to;
    }

    private ScriptPlan plan(ReadScript script) {
        List<StatementPlan> statements =
                script.statements().stream().map(Planner::plan).toList();
        var hazards = new HazardFinder(script, schema);
        hazards.find();
        return new ScriptPlan(script.name(), statements, hazards.found(), hazards.accepted());
    }

    private static StatementPlan plan(ReadStatement read) {
        return new StatementPlan(
                read.statement().line(),
                read.statement().endLine(),
                CommandLabel.of(read.statement().text()),
                read.effects().stream().map(PlannedEffect::lock).distinct().toList(),
                read.nonTransactional(),
                read.isUnknown());
    }
}
