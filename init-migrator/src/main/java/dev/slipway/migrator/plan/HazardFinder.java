package dev.slipway.migrator.plan;

import dev.slipway.migrator.sql.NonTransactional.Kind;
import dev.slipway.migrator.sql.NonTransactional.Reason;
import dev.slipway.migrator.sql.QualifiedName;
import dev.slipway.migrator.sql.SettingStatement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Finds the hazards of one script. Used once; not thread-safe. */
final class HazardFinder {
    private final ReadScript script;
    private final PendingSchema schema;

    HazardFinder(ReadScript script, PendingSchema schema) {
        this.script = script;
        this.schema = schema;
    }

    List<Hazard> find() {
        List<Hazard> found = new ArrayList<>();
        Set<QualifiedName> addedNotValid = new HashSet<>();
        for (ReadStatement statement : script.statements()) {
            addedNotValid.addAll(statement.all().addedNotValid());
            IgnoreComments ignored = IgnoreComments.of(statement.statement());
            hazards(statement, addedNotValid)
                    .distinct()
                    .filter(hazard -> !ignored.accepts(hazard))
                    .forEach(found::add);
            found.addAll(ignored.unknown());
        }
        return found;
    }

    private Stream<Hazard> hazards(ReadStatement statement, Set<QualifiedName> addedNotValid) {
        return Stream.of(
                        ofEffects(statement),
                        ofTransaction(statement),
                        ofBackfill(statement),
                        ofValidation(statement, addedNotValid),
                        ofForeignKeys(statement),
                        ofDroppedSchemas(statement))
                .flatMap(hazards -> hazards);
    }

    private static Stream<Hazard> ofEffects(ReadStatement statement) {
        return statement.effects().stream()
                .filter(each -> !each.onNewRelation())
                .map(PlannedEffect::effect)
                .flatMap(effect -> effect.rule().stream().map(rule -> rule.at(line(statement), effect.subject())));
    }

    private Stream<Hazard> ofTransaction(ReadStatement statement) {
        return statement.nonTransactional().filter(this::matters).stream()
                .map(reason -> rule(reason).at(line(statement), reason.command()));
    }

    /** A setting beside the statement leaves nothing behind. */
    private boolean matters(Reason reason) {
        return reason.kind() == Kind.TRANSACTION_CONTROL
                || script.statements().stream()
                                .filter(each -> !SettingStatement.is(each.statement()))
                                .count()
                        > 1;
    }

    private static Rule rule(Reason reason) {
        return reason.kind() == Kind.COMMAND ? Rule.NON_TRANSACTIONAL_NOT_ALONE : Rule.TRANSACTION_CONTROL;
    }

    private Stream<Hazard> ofBackfill(ReadStatement statement) {
        boolean lockedMeanwhile = script.statements().stream().anyMatch(ReadStatement::blocksOthers);
        return statement.effects().stream()
                .filter(each -> lockedMeanwhile && !each.onNewRelation())
                .map(PlannedEffect::effect)
                .filter(effect -> effect.operation() == Operation.WRITE_ALL_ROWS)
                .map(effect -> Rule.BACKFILL_WITH_DDL.at(line(statement), effect.subject()));
    }

    private Stream<Hazard> ofValidation(ReadStatement statement, Set<QualifiedName> addedNotValid) {
        return statement.all().validations().stream()
                .map(StatementEffects.Validation::table)
                .filter(table -> addedNotValid.contains(table) && !schema.creates(table))
                .map(table -> Rule.VALIDATE_WITH_NOT_VALID.at(line(statement), table.toString()));
    }

    private Stream<Hazard> ofForeignKeys(ReadStatement statement) {
        return statement.all().foreignKeys().stream()
                .filter(key -> key.newColumns() || schema.creates(key.table()))
                .filter(key -> !schema.covers(key))
                .map(key -> Rule.FOREIGN_KEY_WITHOUT_INDEX.at(
                        line(statement), key.table() + " (" + String.join(", ", key.columns()) + ")"));
    }

    private static Stream<Hazard> ofDroppedSchemas(ReadStatement statement) {
        return statement.all().droppedSchemas().stream().map(name -> Rule.DROP_SCHEMA.at(line(statement), name));
    }

    private static int line(ReadStatement statement) {
        return statement.statement().line();
    }
}
