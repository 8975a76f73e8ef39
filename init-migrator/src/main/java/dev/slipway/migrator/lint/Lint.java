package dev.slipway.migrator.lint;

import dev.slipway.contract.Phase;
import dev.slipway.contract.Problems;
import dev.slipway.contract.Problems.Problem;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.apply.PendingScripts;
import dev.slipway.migrator.apply.ReadyScript;
import dev.slipway.migrator.effects.RelationLock;
import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.files.MigrationFile.Kind;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.flyway.FlywayPlaceholders;
import dev.slipway.migrator.history.Comparison;
import dev.slipway.migrator.history.Difference;
import dev.slipway.migrator.history.HistoryComparison;
import dev.slipway.migrator.history.HistoryRow;
import dev.slipway.migrator.ledger.OpenAttempts;
import dev.slipway.migrator.plan.AcceptComments;
import dev.slipway.migrator.plan.AcceptedHazard;
import dev.slipway.migrator.plan.Catalogue;
import dev.slipway.migrator.plan.Hazard;
import dev.slipway.migrator.plan.MigrationPlan;
import dev.slipway.migrator.plan.PendingPlan;
import dev.slipway.migrator.plan.PlannedScript;
import dev.slipway.migrator.plan.ScriptPlan;
import dev.slipway.migrator.plan.ScriptRule;
import dev.slipway.migrator.session.DatabaseIdentity;
import dev.slipway.migrator.sql.QualifiedName;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Asks each judge about the scripts that are not released, and collects the answers. Used once; not thread-safe. */
final class Lint {
    private static final Pattern LINE = Pattern.compile("line (\\d+): (.*)", Pattern.DOTALL);

    private final Settings settings;
    private final MigrationFolder folder;
    private final ReleasedState released;
    private final Findings findings;
    private final boolean complete;

    /** @param inFolder what the reader of the folder refuses */
    Lint(Settings settings, MigrationFolder folder, Problems inFolder, ReleasedState released, LintRequest request) {
        this.settings = settings;
        this.folder = folder;
        this.released = released;
        this.findings = new Findings(request, folder);
        this.complete = inFolder.isEmpty();
        inFolder.list().forEach(each -> refused(ScriptRule.REFUSED_FILE, each));
    }

    LintResult judge() {
        Comparison comparison =
                HistoryComparison.of(folder, released.rows(), Phase.ALL, settings.get(Setting.OUT_OF_ORDER));
        List<MigrationFile> judged = judged(comparison);
        PendingScripts scripts = read(folder, judged);
        scripts.problems()
                .forEach(each -> refused(
                        scripts.isWithoutValue(each) ? ScriptRule.PLACEHOLDER_WITHOUT_VALUE : ScriptRule.REFUSED_SCRIPT,
                        each));
        scripts.scripts().forEach(script -> findings.accepts(script.file(), accepted(script)));
        comparison.differences().forEach(difference -> differs(difference, judged));
        if (complete) {
            comparison.ahead().forEach(row -> deleted(row, judged));
        }
        MigrationPlan plan = MigrationPlan.of(PendingPlan.scripts(scripts), schema(), catalogue());
        Map<String, ScriptPlan> plans = new LinkedHashMap<>();
        plan.scripts().forEach(each -> plans.put(each.name(), each));
        for (ReadyScript script : scripts.scripts()) {
            hazards(script.file(), plan(plans, script));
            beside(script);
        }
        contractsWithTheirExpand(scripts.scripts(), plans);
        return findings.result(released, judged);
    }

    private String schema() {
        return settings.get(Setting.SCHEMA);
    }

    /** Those that a database with the released history would apply, the late ones included. */
    private List<MigrationFile> judged(Comparison comparison) {
        Set<MigrationFile> judged = new HashSet<>(comparison.pending());
        comparison.differences().stream()
                .filter(each -> each.kind() == Difference.Kind.OUT_OF_ORDER)
                .flatMap(each ->
                        folder.migrations().stream().filter(file -> file.label().equals(each.label())))
                .forEach(judged::add);
        // Its checksum in a history is that of the replaced text; the released file tells by its own text.
        Map<String, Integer> repeatables = released.scripts().migrations().stream()
                .filter(file -> file.kind() == Kind.REPEATABLE)
                .collect(Collectors.toMap(MigrationFile::description, MigrationFile::checksum, (one, other) -> one));
        return folder.migrations().stream()
                .filter(file -> judged.contains(file)
                        || (file.kind() == Kind.REPEATABLE
                                && !Integer.valueOf(file.checksum()).equals(repeatables.get(file.description()))))
                .toList();
    }

    private PendingScripts read(MigrationFolder from, List<MigrationFile> files) {
        var comparison = new Comparison(List.of(), files, List.of(), List.of(), List.of(), List.of(), List.of());
        // There is no database whose name could be asked for.
        var placeholders = new FlywayPlaceholders(settings, () -> new DatabaseIdentity("user", "database"));
        try {
            return PendingScripts.read(from, comparison, placeholders, OpenAttempts.NONE, false);
        } catch (SQLException impossible) {
            throw new IllegalStateException("no database was asked", impossible);
        }
    }

    private Catalogue catalogue() {
        MigrationFolder scripts = released.scripts();
        List<PlannedScript> applied = PendingPlan.scripts(read(scripts, scripts.migrations()));
        return Catalogue.ofScripts(applied, schema());
    }

    private static List<AcceptComments> accepted(ReadyScript script) {
        return script.sql().statements().stream().map(AcceptComments::of).toList();
    }

    private void refused(ScriptRule rule, Problem problem) {
        Matcher line = LINE.matcher(problem.what());
        if (line.matches()) {
            findings.at(rule, problem.where(), Integer.parseInt(line.group(1)), line.group(2));
        } else {
            findings.at(rule, problem.where(), 0, problem.what());
        }
    }

    private void differs(Difference difference, List<MigrationFile> judged) {
        switch (difference.kind()) {
            case OUT_OF_ORDER -> late(difference, judged);
            case CHECKSUM ->
                changed(difference.file().orElseThrow(), difference.row().orElseThrow());
            case DESCRIPTION -> {
                MigrationFile file = difference.file().orElseThrow();
                HistoryRow row = difference.row().orElseThrow();
                if (released.isOfThisBranch(file.script(), Optional.of(file.checksum()))) {
                    findings.at(
                            ScriptRule.RENAMED_AFTER_RELEASE,
                            file,
                            "version " + row.versionText() + " was released as " + row.script()
                                    + "; if this is another migration, give it another version");
                }
            }
            case MISSING -> deleted(difference.row().orElseThrow(), judged);
            case SQUASHED, UNMATCHED ->
                findings.at(
                        ScriptRule.DELETED_AFTER_RELEASE,
                        folder.locations().get(0).toString(),
                        0,
                        difference.toString());
        }
    }

    private void late(Difference difference, List<MigrationFile> judged) {
        String newest = released.rows().stream()
                .flatMap(row -> row.version().stream())
                .max(Comparator.naturalOrder())
                .map(Object::toString)
                .orElse("");
        judged.stream()
                .filter(file -> file.label().equals(difference.label()))
                .forEach(file -> findings.at(
                        ScriptRule.LATE_VERSION,
                        file,
                        "version " + file.version().orElseThrow() + " is below " + newest
                                + ", which is released already"));
    }

    private void changed(MigrationFile file, HistoryRow row) {
        if (released.isOfThisBranch(file.script(), Optional.of(file.checksum()))) {
            findings.at(
                    ScriptRule.CHANGED_AFTER_RELEASE,
                    file,
                    "it was released with checksum " + row.checksum().orElseThrow() + " and has " + file.checksum()
                            + " now");
        }
    }

    /** A file of the same content under another name was renamed, not deleted. */
    private void deleted(HistoryRow row, List<MigrationFile> judged) {
        if (!complete || !released.isOfThisBranch(row.script(), Optional.empty())) {
            return;
        }
        Optional<MigrationFile> renamed = judged.stream()
                .filter(file -> row.checksum().equals(Optional.of(file.checksum())))
                .findFirst();
        renamed.ifPresentOrElse(
                file -> findings.at(ScriptRule.RENAMED_AFTER_RELEASE, file, "it was released as " + row.script()),
                () -> findings.at(
                        ScriptRule.DELETED_AFTER_RELEASE,
                        folder.locations().get(0).resolve(row.script()).toString(),
                        0,
                        "it was released, and is not here"));
    }

    private void hazards(MigrationFile file, ScriptPlan plan) {
        for (Hazard hazard : plan.hazards()) {
            findings.hazard(file, hazard);
        }
        for (AcceptedHazard accepted : plan.accepted()) {
            findings.acceptedHazard(file, accepted);
        }
    }

    /** What should come with a script. */
    private void beside(ReadyScript script) {
        MigrationFile file = script.file();
        if (file.isContract() && file.header().oldestAppVersion().isEmpty()) {
            findings.at(
                    ScriptRule.CONTRACT_WITHOUT_OLDEST_APP_VERSION,
                    file,
                    "a contract migration that does not say which versions of the application it shuts out");
        }
        if (file.kind() == Kind.VERSIONED && script.script().undo().isEmpty()) {
            findings.at(ScriptRule.UNDO_MISSING, file, "no script undoes it");
        }
    }

    private void contractsWithTheirExpand(List<ReadyScript> scripts, Map<String, ScriptPlan> plans) {
        for (ReadyScript contract : scripts) {
            if (!contract.file().isContract()) {
                continue;
            }
            Set<QualifiedName> touched = relations(plan(plans, contract));
            scripts.stream()
                    .filter(other -> other.file().kind() == Kind.VERSIONED
                            && !other.file().isContract())
                    .filter(other -> relations(plan(plans, other)).stream().anyMatch(touched::contains))
                    .findFirst()
                    .ifPresent(other -> findings.at(
                            ScriptRule.CONTRACT_WITH_ITS_EXPAND,
                            contract.file(),
                            "it is not released yet, and neither is " + other.name()
                                    + ", which changes the same table"));
        }
    }

    private static ScriptPlan plan(Map<String, ScriptPlan> plans, ReadyScript script) {
        return Objects.requireNonNull(plans.get(script.name()));
    }

    private static Set<QualifiedName> relations(ScriptPlan plan) {
        return plan.statements().stream()
                .flatMap(statement -> statement.locks().stream())
                .map(RelationLock::relation)
                .collect(Collectors.toSet());
    }
}
