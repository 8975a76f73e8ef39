package dev.slipway.migrator.plan;

import dev.slipway.migrator.effects.CommandLabel;
import dev.slipway.migrator.effects.Effect;
import dev.slipway.migrator.effects.Operation;
import dev.slipway.migrator.effects.Rule;
import dev.slipway.migrator.effects.StatementEffects;
import dev.slipway.migrator.effects.TableWork;
import dev.slipway.migrator.sql.NonTransactional.Kind;
import dev.slipway.migrator.sql.NonTransactional.Reason;
import dev.slipway.migrator.sql.QualifiedName;
import dev.slipway.migrator.sql.SettingStatement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Finds the hazards of one script. Used once; not thread-safe. */
final class HazardFinder {
    private final ReadScript script;
    private final PendingSchema schema;
    private final List<Hazard> found = new ArrayList<>();
    private final List<AcceptedHazard> accepted = new ArrayList<>();

    HazardFinder(ReadScript script, PendingSchema schema) {
        this.script = script;
        this.schema = schema;
    }

    void find() {
        script.transactions().forEach(this::find);
    }

    List<Hazard> found() {
        return found;
    }

    List<AcceptedHazard> accepted() {
        return accepted;
    }

    private void find(List<ReadStatement> transaction) {
        Set<QualifiedName> addedNotValid = new HashSet<>();
        List<EnumValues.Added> newValues = new ArrayList<>();
        for (ReadStatement statement : transaction) {
            addedNotValid.addAll(statement.all().addedNotValid());
            AcceptComments comments = AcceptComments.of(statement.statement());
            hazards(statement, transaction, addedNotValid, newValues)
                    .distinct()
                    .filter(hazard ->
                            !(script.pending().isContract() && hazard.rule().isAboutOldVersion()))
                    .forEach(hazard -> comments.reasonFor(hazard.rule().ruleName())
                            .ifPresentOrElse(
                                    reason -> accepted.add(new AcceptedHazard(hazard, reason)),
                                    () -> found.add(hazard)));
            found.addAll(comments.mistakes());
            EnumValues.added(statement.statement())
                    .map(added -> new EnumValues.Added(statement.all().resolved(added.type()), added.value()))
                    .ifPresent(newValues::add);
        }
    }

    private Stream<Hazard> hazards(
            ReadStatement statement,
            List<ReadStatement> transaction,
            Set<QualifiedName> addedNotValid,
            List<EnumValues.Added> newValues) {
        return Stream.of(
                        ofEffects(statement, transaction),
                        ofNotes(statement),
                        ofRefusals(statement),
                        ofTransaction(statement),
                        ofValidation(statement, addedNotValid),
                        ofForeignKeys(statement),
                        ofNewValues(statement, transaction, newValues),
                        ofDroppedSchemas(statement),
                        ofUnknown(statement))
                .flatMap(hazards -> hazards);
    }

    private Stream<Hazard> ofEffects(ReadStatement statement, List<ReadStatement> transaction) {
        return statement.effects().stream()
                .filter(each -> !each.onNewRelation())
                .map(PlannedEffect::effect)
                .flatMap(effect -> rule(effect, transaction).stream()
                        .filter(rule -> !isNoMatterHere(rule, effect))
                        .map(rule -> Hazard.at(rule, line(statement), effect.subject() + size(effect))));
    }

    private static Optional<Rule> rule(Effect effect, List<ReadStatement> transaction) {
        return effect.rule().flatMap(rule -> switch (rule) {
            case WRITE_ALL_ROWS ->
                Optional.of(transaction.stream().anyMatch(ReadStatement::blocksOthers) ? Rule.BACKFILL_WITH_DDL : rule);
            // If the statement is alone in its transaction, it holds the lock only briefly.
            case DROP_FOREIGN_KEY -> Optional.of(rule).filter(held -> isHeldLonger(transaction));
            default -> Optional.of(rule);
        });
    }

    private static boolean isHeldLonger(List<ReadStatement> transaction) {
        return transaction.stream()
                        .filter(each -> !SettingStatement.is(each.statement()))
                        .count()
                > 1;
    }

    private boolean isNoMatterHere(Rule rule, Effect effect) {
        boolean renamed = rule == Rule.RENAME_TABLE || rule == Rule.DROP_OBJECT;
        return (rule.isAboutRows() && schema.isSmall(effect.relation()))
                || (renamed && isThereAgain(effect.relation()));
    }

    /** Whether the script leaves another object under the old name. */
    private boolean isThereAgain(QualifiedName name) {
        return script.statements().stream()
                .map(ReadStatement::all)
                .anyMatch(all -> all.created().contains(name)
                        || all.provided().contains(name)
                        || all.renamed().containsValue(name));
    }

    /** The size of the relation, if the rule is about work on its rows. */
    private String size(Effect effect) {
        if (effect.work() == TableWork.NONE) {
            return "";
        }
        long bytes = schema.bytes(effect.relation());
        return schema.rows(effect.relation())
                .map(rows -> String.format(Locale.ROOT, ", about %,d rows, %,d MB", rows, Math.max(1, bytes >> 20)))
                .orElse("");
    }

    private Stream<Hazard> ofNotes(ReadStatement statement) {
        return statement.notes().stream()
                .filter(note -> note.rule() == Rule.DROP_CASCADE
                        ? takesMore(statement, note.relation())
                        : !isThereAgain(note.relation()) && !isRenamedHere(note.relation()))
                .map(note -> Hazard.at(note.rule(), line(statement), note.subject()));
    }

    /** Whether the script itself gave the name to an object before dropping it. */
    private boolean isRenamedHere(QualifiedName name) {
        return script.statements().stream()
                .anyMatch(each -> each.all().renamed().containsValue(name));
    }

    /** Whether more objects may be dropped; for a table or view, the catalogue lists its dependents. */
    private boolean takesMore(ReadStatement statement, QualifiedName dropped) {
        boolean known = schema.catalogue()
                .relation(dropped)
                .filter(relation -> "rpvm".indexOf(relation.kind()) >= 0)
                .isPresent();
        return !known
                || statement.effects().stream().anyMatch(each -> each.effect().operation() == Operation.DEPENDENT);
    }

    private static Stream<Hazard> ofRefusals(ReadStatement statement) {
        return statement.refusedOn().stream()
                .map(relation -> Hazard.at(
                        Rule.REFUSED_ON_PARTITIONED,
                        line(statement),
                        CommandLabel.of(statement.statement().text()) + " on " + relation));
    }

    private Stream<Hazard> ofNewValues(
            ReadStatement statement, List<ReadStatement> transaction, List<EnumValues.Added> newValues) {
        return newValues.stream()
                .filter(added -> EnumValues.isUsed(statement.statement(), added.value()))
                .filter(added -> isOfType(statement, added.type()))
                .filter(added -> !isUsableAtOnce(transaction, added.type()))
                .map(added -> Hazard.at(
                        Rule.ENUM_VALUE_IN_ITS_SCRIPT,
                        line(statement),
                        "the value '" + added.value() + "' of " + added.type()));
    }

    /**
     * False if the text certainly means something else, because no table of the statement has a column of this type.
     */
    private boolean isOfType(ReadStatement statement, QualifiedName type) {
        Set<QualifiedName> tables = schema.catalogue().tablesOfType(type);
        return EnumValues.names(statement.statement(), type)
                || statement.effects().isEmpty()
                || statement.effects().stream()
                        .map(each -> each.effect().relation())
                        .anyMatch(table -> !schema.exists(table) || tables.contains(table));
    }

    /** True from PostgreSQL 17 on, if the type was created in the same transaction. */
    private boolean isUsableAtOnce(List<ReadStatement> transaction, QualifiedName type) {
        int major = schema.catalogue().major();
        return (major == 0 || major >= 17)
                && transaction.stream().anyMatch(each -> each.all().provided().contains(type));
    }

    private static Stream<Hazard> ofUnknown(ReadStatement statement) {
        String functions = String.join(", ", statement.unknownCalls());
        String command = CommandLabel.of(statement.statement().text());
        return statement.isUnknown()
                ? Stream.of(Hazard.at(Rule.UNKNOWN_EFFECTS, line(statement), (command + " " + functions).strip()))
                : Stream.empty();
    }

    private Stream<Hazard> ofTransaction(ReadStatement statement) {
        return statement.nonTransactional().filter(this::matters).stream()
                .map(reason -> Hazard.at(rule(reason), line(statement), reason.command()));
    }

    /** A setting beside the statement does not matter, because it leaves nothing behind. */
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

    private Stream<Hazard> ofValidation(ReadStatement statement, Set<QualifiedName> addedNotValid) {
        return statement.all().validations().stream()
                .map(StatementEffects.Validation::table)
                .filter(table -> addedNotValid.contains(table) && !schema.creates(table))
                .map(table -> Hazard.at(Rule.VALIDATE_WITH_NOT_VALID, line(statement), table.toString()));
    }

    private Stream<Hazard> ofForeignKeys(ReadStatement statement) {
        return statement.all().foreignKeys().stream()
                .filter(key -> key.newColumns() || schema.creates(key.table()))
                .filter(key -> !schema.covers(key))
                .map(key -> Hazard.at(
                        Rule.FOREIGN_KEY_WITHOUT_INDEX,
                        line(statement),
                        key.table() + " (" + String.join(", ", key.columns()) + ")"));
    }

    private static Stream<Hazard> ofDroppedSchemas(ReadStatement statement) {
        return statement.all().droppedSchemas().stream()
                .map(name -> Hazard.at(Rule.DROP_SCHEMA, line(statement), name));
    }

    private static int line(ReadStatement statement) {
        return statement.statement().line();
    }
}
