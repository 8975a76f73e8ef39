package dev.slipway.migrator.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.slipway.contract.OutOfOrder;
import dev.slipway.contract.Phase;
import dev.slipway.migrator.files.Layout;
import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.files.MigrationFile.Kind;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.files.MigrationVersion;
import dev.slipway.migrator.files.ScriptHeader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryComparisonTest {
    private final List<MigrationFile> files = new ArrayList<>();
    private final List<HistoryRow> rows = new ArrayList<>();

    @Test
    void anEmptyHistoryLeavesEverythingPending() {
        files("1", "2");
        repeatable("view", 7, false);

        assertThat(compare().pending()).hasSize(3);
        assertThat(compare().isUpToDate()).isFalse();
    }

    @Test
    void equalFilesAndRowsAreUpToDate() {
        files("1", "1.1");
        repeatable("view", 7, false);
        applied("1", "1.1");
        row("", "view", "SQL", 7, true);

        assertThat(compare().isUpToDate()).isTrue();
        assertThat(compare().schemaVersion()).hasValue("1.1");
    }

    @Test
    void aChangedChecksumIsADifference() {
        files("1");
        row("1", "m1", "SQL", 99, true);

        assertThat(compare().differences()).singleElement().satisfies(difference -> {
            assertThat(difference.kind()).isEqualTo(Difference.Kind.CHECKSUM);
            assertThat(difference).asString().contains("changed after it was applied", "restore the file");
        });
    }

    @Test
    void aNullChecksumAgreesWithEveryFile() {
        files("1");
        rows.add(new HistoryRow(
                1, MigrationVersion.parse("1"), "1", "m1", "JDBC", "s", Optional.empty(), "me", "", 1, true));

        assertThat(compare().isUpToDate()).isTrue();
    }

    @Test
    void aHoleInTheMiddleIsADifference() {
        files("1", "3");
        applied("1", "2", "3");

        assertThat(compare().differences()).extracting(Difference::kind).containsExactly(Difference.Kind.MISSING);
    }

    @Test
    void newerRowsAreAheadAndNoDifference() {
        files("1");
        applied("1", "2", "3");

        assertThat(compare().differences()).isEmpty();
        assertThat(compare().ahead()).extracting(HistoryRow::versionText).containsExactly("2", "3");
        assertThat(compare().isUpToDate()).isTrue();
    }

    @Test
    void anImageThatIsBehindDoesNotApplyItsRepeatables() {
        files("1");
        repeatable("view", 7, false);
        applied("1", "2");
        row("", "view", "SQL", 8, true);

        assertThat(compare().isUpToDate()).isTrue();
    }

    @Test
    void aRepeatableWithoutAFileStopsNobody() {
        files("1");
        applied("1");
        row("", "retired view", "SQL", 8, true);

        assertThat(compare().isUpToDate()).isTrue();
    }

    @Test
    void aChangedRepeatableIsPending() {
        repeatable("view", 7, false);
        row("", "view", "SQL", 7, true);
        row("", "view", "SQL", 8, true);

        assertThat(compare().pending()).hasSize(1);
    }

    @Test
    void aRepeatableWithPlaceholdersIsADoubt() {
        repeatable("view", 7, true);
        row("", "view", "SQL", 8, true);

        assertThat(compare().pending()).isEmpty();
        assertThat(compare().doubts()).isNotEmpty();
        assertThat(compare().isUpToDate()).isFalse();
    }

    @Test
    void aLateLowerVersionIsADifference() {
        files("1", "2", "3");
        applied("1", "3");

        assertThat(compare().differences()).extracting(Difference::kind).containsExactly(Difference.Kind.OUT_OF_ORDER);
    }

    @Test
    void filesBelowTheBaselineAreIgnored() {
        files("1", "2", "3");
        row("2", "<< Flyway Baseline >>", "BASELINE", 0, true);

        assertThat(compare().pending())
                .extracting(file -> file.version().orElseThrow().toString())
                .containsExactly("3");
        assertThat(compare().differences()).isEmpty();
    }

    @Test
    void aDeletedVersionIsPendingAgainWhereNothingNewerIsApplied() {
        files("1", "2");
        applied("1", "2");
        row("2", "m2", "DELETE", 2, true);

        assertThat(compare().pending())
                .extracting(file -> file.version().orElseThrow().toString())
                .containsExactly("2");
    }

    @Test
    void aFailedRowIsNeitherAppliedNorPending() {
        files("1", "2");
        applied("1");
        row("2", "m2", "SQL", 2, false);

        assertThat(compare().flaws()).extracting(HistoryFlaw::kind).containsExactly(HistoryFlaw.Kind.FAILED);
        assertThat(compare().isUpToDate()).isFalse();
    }

    @Test
    void whatWasUndoneIsPendingAgain() {
        files("1", "2", "3");
        applied("1", "2", "3");
        row("3", "m3", "UNDO_SQL", 1, true);
        row("2", "m2", "UNDO_SQL", 1, true);

        assertThat(compare().pending()).extracting(MigrationFile::script).containsExactly("V2__m.sql", "V3__m.sql");
        assertThat(compare().flaws()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"JDBC", "SPRING_JDBC", "SCRIPT", "CUSTOM"})
    void whatAProgramAppliedIsAppliedAndNotOurs(String type) {
        files("1", "3");
        applied("1");
        rows.add(row(2, "2", "Fill", type, Optional.empty()));
        rows.add(row(3, "5", "Late", type, Optional.of(-7)));

        assertThat(compare().pending()).isEmpty();
        assertThat(compare().differences()).extracting(Difference::kind).containsExactly(Difference.Kind.OUT_OF_ORDER);
        files("6");
        assertThat(compare(Phase.ALL, OutOfOrder.ALLOW).pending())
                .extracting(MigrationFile::script)
                .containsExactly("V3__m.sql", "V6__m.sql");
        assertThat(compare(Phase.ALL, OutOfOrder.ALLOW).versionsAhead()).isEmpty();
    }

    @Test
    void anSqlFileMayStandForWhatAProgramApplied() {
        files("1", "2");
        applied("1");
        rows.add(row(2, "2", "Fill", "JDBC", Optional.of(5)));

        assertThat(compare().isUpToDate()).isTrue();
    }

    @Test
    void theOldWordForABaselineIsOne() {
        files("1", "2", "3");
        row("2", "<< Flyway Init >>", "INIT", 0, true);

        assertThat(compare().pending()).extracting(MigrationFile::script).containsExactly("V3__m.sql");
    }

    @Test
    void aTypeThatIsNotFlywaysIsAFlaw() {
        files("1");
        applied("1");
        row("2", "m2", "CQL", 1, true);

        assertThat(compare().flaws()).extracting(HistoryFlaw::kind).containsExactly(HistoryFlaw.Kind.UNKNOWN_TYPE);
        assertThat(compare().isUpToDate()).isFalse();
    }

    @Test
    void aVersionThatIsNoneIsAFlaw() {
        rows.add(new HistoryRow(1, Optional.empty(), "1a", "m", "SQL", "s", Optional.empty(), "me", "", 1, true));

        assertThat(compare().flaws()).extracting(HistoryFlaw::kind).containsExactly(HistoryFlaw.Kind.NO_VERSION);
    }

    @Test
    void aVersionThatWasDeletedOrUndoneMayComeBackAndNoOther() {
        files("1");
        for (String type : List.of("DELETE", "UNDO_SCRIPT")) {
            rows.clear();
            applied("1");
            row("1.0", "m1", type, 1, true);
            applied("1");
            assertThat(compare().flaws()).isEmpty();
        }
        applied("1");
        assertThat(compare().flaws()).singleElement().satisfies(flaw -> {
            assertThat(flaw.kind()).isEqualTo(HistoryFlaw.Kind.TWICE);
            assertThat(flaw.sentence()).contains("ranks 3 and 4");
        });
    }

    @Test
    void aBaselineBesideItsVersionIsNotTwice() {
        files("1");
        row("1", "<< Flyway Baseline >>", "BASELINE", 0, true);
        applied("1");

        assertThat(compare().flaws()).isEmpty();
    }

    @Test
    void anotherServicesScriptIsNamed() {
        files("1");
        row("1", "roles", "SQL", 99, true);

        assertThat(compare().differences())
                .singleElement()
                .asString()
                .contains("was applied as 'roles', from script", "is another service's, name a history-table")
                .doesNotContain("was changed");
    }

    @Test
    void aSquashedFolderStandsForWhatItsFilesMade() {
        applied("1", "2", "5");
        files.add(file(Kind.BASELINE, "5", 7));
        files("6");

        assertThat(compare().differences()).isEmpty();
        assertThat(compare().pending()).extracting(MigrationFile::script).containsExactly("V6__m.sql");
        assertThat(compare().ahead()).isEmpty();
    }

    @Test
    void aSquashOfMoreThanWasAppliedIsRefused() {
        applied("1", "2");
        files.add(file(Kind.BASELINE, "5", 7));
        files("6");

        assertThat(compare().differences())
                .singleElement()
                .asString()
                .contains("stands for all versions up to 5, but the schema is at version 2");
    }

    @Test
    void aBaselineScriptNeverRunsOnWhatWasForgotten() {
        applied("1", "2");
        row("1", "m1", "DELETE", 1, true);
        row("2", "m2", "DELETE", 1, true);
        files.add(file(Kind.BASELINE, "2", 7));

        assertThat(compare().pending()).isEmpty();
        assertThat(compare().differences()).extracting(Difference::kind).containsExactly(Difference.Kind.SQUASHED);
    }

    @Test
    void aRepeatableWhoseFileIsGoneIsRetiredUnlessItIsANewerImages() {
        files("1");
        applied("1");
        row("", "view", "SQL", 7, true);
        assertThat(compare().retired()).extracting(HistoryRow::description).containsExactly("view");
        applied("2");
        assertThat(compare().retired()).isEmpty();
    }

    @Test
    void theNewestBaselineMigrationStandsForItsVersionsOnAnEmptyHistory() {
        files("1", "2");
        files.add(file(Kind.BASELINE, "2", 5));
        files("3");
        files.add(file(Kind.BASELINE, "3", 5));
        files("4");

        assertThat(compare().pending())
                .extracting(MigrationFile::kind, MigrationFile::version)
                .containsExactly(
                        tuple(Kind.BASELINE, MigrationVersion.parse("3")),
                        tuple(Kind.VERSIONED, MigrationVersion.parse("4")));
    }

    @Test
    void aBaselineMigrationBesideNothingButRepeatablesIsRefused() {
        files("1");
        files.add(file(Kind.BASELINE, "5", 5));
        row("", "view", "SQL", 7, true);

        assertThat(compare().differences()).extracting(Difference::kind).containsExactly(Difference.Kind.SQUASHED);
    }

    @Test
    void expandHoldsContractMigrationsAndIsUpToDateWithoutThem() {
        files("1");
        contract("2");
        files("3");
        applied("1", "3");

        Comparison expand = compare(Phase.EXPAND);

        assertThat(expand.isUpToDate()).isTrue();
        assertThat(expand.held()).extracting(MigrationFile::label).containsExactly("version 2 (m2)");
    }

    @Test
    void aLateLowerVersionIsPendingIfThatIsAllowed() {
        files("1", "2", "2.5", "3", "4");
        applied("1", "3");

        Comparison allowed = compare(Phase.ALL, OutOfOrder.ALLOW);
        assertThat(allowed.pending())
                .extracting(MigrationFile::script)
                .containsExactly("V2__m.sql", "V2.5__m.sql", "V4__m.sql");
        assertThat(allowed.differences()).isEmpty();
        assertThat(compare().differences())
                .hasSize(2)
                .allSatisfy(difference -> assertThat(difference)
                        .asString()
                        .contains(
                                "give it a version above 3, or let late versions be applied with out-of-order=allow"));
    }

    @Test
    void whatCameLateIsAheadOfAnImageThatDoesNotKnowItIfThatIsAllowed() {
        files("1", "3");
        applied("1", "3", "2");

        assertThat(compare(Phase.ALL, OutOfOrder.ALLOW).ahead())
                .extracting(HistoryRow::versionText)
                .containsExactly("2");
        assertThat(compare().differences()).extracting(Difference::kind).containsExactly(Difference.Kind.MISSING);
    }

    @Test
    void aHoleIsADifferenceEvenIfLateVersionsAreAllowed() {
        files("1", "3", "4");
        applied("1", "2", "3");

        assertThat(compare(Phase.ALL, OutOfOrder.ALLOW).differences())
                .extracting(Difference::kind)
                .containsExactly(Difference.Kind.MISSING);
    }

    @Test
    void belowABaselineNothingIsLateEvenIfThatIsAllowed() {
        files("1", "2", "3");
        row("2", "<< Flyway Baseline >>", "BASELINE", 0, true);

        assertThat(compare(Phase.ALL, OutOfOrder.ALLOW).pending())
                .extracting(MigrationFile::script)
                .containsExactly("V3__m.sql");
    }

    @Test
    void aContractMigrationMayComeLateAndNoOtherOne() {
        files("1");
        contract("2");
        files("3");
        applied("1", "3", "4");

        assertThat(compare(Phase.CONTRACT).pending())
                .extracting(MigrationFile::label)
                .containsExactly("version 2 (m2)");
        assertThat(compare(Phase.ALL).pending()).hasSize(1);
        assertThat(compare(Phase.ALL).differences()).isEmpty();
        files("3.5");
        assertThat(compare(Phase.ALL).differences())
                .extracting(Difference::kind)
                .containsExactly(Difference.Kind.OUT_OF_ORDER);
    }

    @Test
    void whatIsAppliedIsComparedWhateverItsPhase() {
        contract("2");
        row("2", "m2", "SQL", 99, true);

        assertThat(compare(Phase.EXPAND).held()).isEmpty();
        assertThat(compare(Phase.EXPAND).differences())
                .extracting(Difference::kind)
                .containsExactly(Difference.Kind.CHECKSUM);
    }

    private void contract(String version) {
        MigrationFile plain = file(Kind.VERSIONED, version, version.hashCode());
        files.add(new MigrationFile(
                plain.kind(),
                plain.version(),
                plain.description(),
                plain.script(),
                plain.path(),
                plain.checksum(),
                false,
                new ScriptHeader(true, Optional.empty(), false, false)));
    }

    private Comparison compare() {
        return compare(Phase.ALL);
    }

    private Comparison compare(Phase phase) {
        return compare(phase, OutOfOrder.REFUSE);
    }

    private Comparison compare(Phase phase, OutOfOrder outOfOrder) {
        return HistoryComparison.of(
                new MigrationFolder(Layout.FLYWAY, List.of(Path.of("sql")), files, List.of(), List.of()),
                rows,
                phase,
                outOfOrder);
    }

    private void files(String... versions) {
        Arrays.stream(versions).forEach(version -> files.add(file(Kind.VERSIONED, version, version.hashCode())));
    }

    private static MigrationFile file(Kind kind, String version, int checksum) {
        return new MigrationFile(
                kind,
                MigrationVersion.parse(version),
                "m" + version,
                "V" + version + "__m.sql",
                Path.of("x"),
                checksum,
                false,
                ScriptHeader.NONE);
    }

    private void repeatable(String description, int checksum, boolean placeholder) {
        files.add(new MigrationFile(
                Kind.REPEATABLE,
                Optional.empty(),
                description,
                "R__x.sql",
                Path.of("x"),
                checksum,
                placeholder,
                ScriptHeader.NONE));
    }

    private void applied(String... versions) {
        Arrays.stream(versions).forEach(version -> row(version, "m" + version, "SQL", version.hashCode(), true));
    }

    private static HistoryRow row(
            int rank, String version, String description, String type, Optional<Integer> checksum) {
        return new HistoryRow(
                rank,
                MigrationVersion.parse(version),
                version,
                description,
                type,
                "db.migration.Fill",
                checksum,
                "me",
                "",
                1,
                true);
    }

    private void row(String version, String description, String type, int checksum, boolean success) {
        rows.add(new HistoryRow(
                rows.size() + 1,
                version.isEmpty() ? Optional.empty() : MigrationVersion.parse(version),
                version,
                description,
                type,
                "script",
                Optional.of(checksum),
                "me",
                "2026-11-21 10:00:00",
                1,
                success));
    }
}
