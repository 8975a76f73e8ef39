package dev.slipway.migrator.drizzle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.files.Layout;
import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.files.Naming;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The content of a Drizzle folder, and every way in which it can be damaged. */
class DrizzleProjectTest {
    /** 2026-01-01T12:00:00.123Z. */
    private static final long NOON = 1767268800123L;

    private static final String FIRST = entry(NOON, "0000_orders");
    private static final String SECOND = entry(NOON + 5000, "0001_brave_hulk");

    @TempDir
    private Path folder;

    private final Problems warnings = new Problems();

    @Test
    void aJournalGivesEachFileTheVersionOfItsTime() throws IOException {
        journal(FIRST, SECOND);
        sql("0000_orders.sql", "0001_brave_hulk.sql");
        DrizzleProject project = read();
        assertThat(project.folder().layout()).isEqualTo(Layout.DRIZZLE_JOURNAL);
        assertThat(project.folder().migrations())
                .extracting(MigrationFile::label)
                .containsExactly("version 20260101120000 (orders)", "version 20260101120005 (brave hulk)");
        assertThat(project.migrations())
                .extracting(DrizzleMigration::name)
                .containsExactly("20260101120000_orders", "20260101120005_brave_hulk");
        assertThat(project.migrations()).extracting(DrizzleMigration::createdAt).containsExactly(NOON, NOON + 5000);
    }

    @Test
    void foldersGiveTheSameVersionsAsTheJournalTheyWereMadeOf() throws IOException {
        sql("20260101120005_brave_hulk/migration.sql", "20260101120000_orders/migration.sql");
        DrizzleProject project = read();
        assertThat(project.folder().layout()).isEqualTo(Layout.DRIZZLE_FOLDERS);
        assertThat(project.folder().migrations())
                .extracting(MigrationFile::label)
                .containsExactly("version 20260101120000 (orders)", "version 20260101120005 (brave hulk)");
        assertThat(project.migrations().get(0).name()).isEqualTo("20260101120000_orders");
        assertThat(project.migrations().get(0).createdAt()).isEqualTo(NOON - 123);
    }

    /** Drizzle runs them in the order of the journal, on an empty database at least. */
    @Test
    void theOrderOfTheJournalCountsEvenWhereItsTimesDoNotRise() throws IOException {
        journal(SECOND, FIRST, entry(NOON + 5400, "0002_same_second"), entry(NOON + 9000, "0003_last"));
        sql("0000_orders.sql", "0001_brave_hulk.sql", "0002_same_second.sql", "0003_last.sql");
        assertThat(read().folder().migrations())
                .extracting(file -> file.version().orElseThrow().toString())
                .containsExactly("20260101120005", "20260101120005.1", "20260101120005.2", "20260101120009");
    }

    @Test
    void theHashIsTheOneThatDrizzleMakes() throws IOException {
        journal(FIRST);
        Files.writeString(folder.resolve("0000_orders.sql"), "abc");
        assertThat(read().migrations().get(0).hash())
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void aLookAtTheNamesTellsDrizzleFromFlyway() throws IOException {
        sql("V1__orders.sql", "meta/V2__more.sql");
        assertThat(DrizzleProject.isAt(folder)).isFalse();
        sql("meta/0000_snapshot.json");
        assertThat(DrizzleProject.isAt(folder))
                .as("a folder that lost its journal")
                .isTrue();
    }

    @Test
    void aLostJournalIsNamed() throws IOException {
        sql("0000_orders.sql", "meta/0000_snapshot.json");
        assertProblems("has no meta/_journal.json (Drizzle up to 0.x) and no folder such as");
    }

    @Test
    void aJournalThatIsNotJsonIsNamedWithItsLine() throws IOException {
        Files.createDirectories(folder.resolve("meta"));
        Files.writeString(
                folder.resolve("meta/_journal.json"), "{\n  \"dialect\": \"postgresql\",\n  \"entries\": [,]\n}");
        assertProblems("meta/_journal.json line 3 is not JSON: Unexpected character");
    }

    @Test
    void aCutOffJournalIsNamedWithItsLine() throws IOException {
        Files.createDirectories(folder.resolve("meta"));
        Files.writeString(folder.resolve("meta/_journal.json"), "{\n  \"entries\": [\n");
        assertProblems("meta/_journal.json line 3 is not JSON: Unexpected end-of-input");
    }

    @Test
    void theMarksOfAMergeConflictAreNamed() throws IOException {
        Files.createDirectories(folder.resolve("meta"));
        Files.writeString(folder.resolve("meta/_journal.json"), "{ \"entries\": [\n<<<<<<< HEAD\n");
        assertProblems("has the marks of a merge conflict in line 2");
    }

    @Test
    void allThatIsWrongWithTheEntriesIsSaidAtOnce() throws IOException {
        Files.createDirectories(folder.resolve("meta"));
        Files.writeString(folder.resolve("meta/_journal.json"), """
                {"dialect": "mysql", "entries": [
                  {"idx": 0, "when": "yesterday", "tag": "0000_orders"},
                  {"idx": 1, "when": 1767268800000},
                  {"idx": 2, "when": 1767268800000, "tag": "../../secrets"},
                  {"idx": 3, "when": -1, "tag": "0003_x"},
                  {"idx": 4, "when": 1767268800000, "tag": "0004_y"},
                  {"idx": 5, "when": 1767268800001, "tag": "0004_y"},
                  7
                ]}
                """);
        sql("0004_y.sql");
        assertProblems(
                "has the dialect \"mysql\"; expected \"postgresql\"",
                "entries[0].when is \"yesterday\"; expected milliseconds since 1970",
                "entries[1].tag is missing; expected the name of a file",
                "entries[2].tag is \"../../secrets\"; expected the name of a file",
                "entries[3].when is -1; expected milliseconds",
                "entries[5].tag is \"0004_y\", and so is that of entries[4]; expected each file once",
                "entries[6].tag is missing",
                "entries[6].when is missing");
    }

    @Test
    void anEntryWithoutFileIsRefused() throws IOException {
        journal(FIRST, SECOND);
        sql("0000_orders.sql");
        assertProblems("meta/_journal.json names 0001_brave_hulk.sql, but that file is not there");
    }

    /** Drizzle ignores it, and real projects contain such files. */
    @Test
    void filesWithoutEntryAreNamedOnceAndPassedOver() throws IOException {
        journal(FIRST);
        sql("0000_orders.sql", "0002_forgotten.sql", "0003_copy of.SQL", "seed.sql", ".hidden.sql", "notes.md");
        assertThat(read().migrations()).hasSize(1);
        assertThat(warnings.list())
                .singleElement()
                .asString()
                .contains("0002_forgotten.sql and 2 more are passed over, as Drizzle does: not in meta/_journal.json");
    }

    @Test
    void filesBesideTheFoldersAreNamedOnceAndPassedOver() throws IOException {
        sql("20260101120000_orders/migration.sql", "20260101120000_orders/down.sql", "stray.sql");
        assertThat(read().migrations()).hasSize(1);
        assertThat(warnings.list())
                .singleElement()
                .asString()
                .contains("stray.sql is passed over, as Drizzle does: in no folder of a migration");
    }

    @Test
    void aHalfUpgradedFolderIsRefused() throws IOException {
        journal(FIRST);
        sql("0000_orders.sql", "20260101120000_orders/migration.sql");
        assertProblems("has meta/_journal.json and folders with migration.sql");
    }

    @Test
    void misnamedAndEmptyFoldersAreNamed() throws IOException {
        sql(
                "20260101120000_orders/migration.sql",
                "20261301120000_month/migration.sql",
                "orders/migration.sql",
                "20260101120007/migration.sql",
                "20260101120009_empty/snapshot.json");
        assertProblems(
                "20260101120007 is misnamed: expected 14 digits",
                "20260101120009_empty has no migration.sql, so that Drizzle passes over it",
                "20261301120000_month is misnamed",
                "orders is misnamed");
    }

    @Test
    void otherBytesThanUtf8AreNamedWithTheirLine() throws IOException {
        journal(FIRST);
        Files.write(folder.resolve("0000_orders.sql"), "select 1;\n-- \u00e4".getBytes(StandardCharsets.ISO_8859_1));
        assertProblems("0000_orders.sql is not UTF-8: line 2, byte 14");
    }

    @Test
    void aMissingFolderAndASecondOneAreNamed() {
        var problems = new Problems();
        DrizzleProject.read(
                List.of(folder.resolve("nowhere"), folder), Naming.of(Settings.DEFAULTS), problems, warnings);
        assertThat(problems.list().toString()).contains("is a second folder; expected one", "nowhere does not exist");
    }

    private static String entry(long when, String tag) {
        return "{\"idx\": 0, \"version\": \"7\", \"when\": " + when + ", \"tag\": \"" + tag
                + "\", \"breakpoints\": true}";
    }

    private void journal(String... entries) throws IOException {
        Files.createDirectories(folder.resolve("meta"));
        Files.writeString(
                folder.resolve("meta/_journal.json"),
                "{\"version\": \"7\", \"dialect\": \"postgresql\", \"entries\": [" + String.join(",", entries) + "]}");
    }

    private void sql(String... names) throws IOException {
        for (String name : names) {
            Files.createDirectories(folder.resolve(name).getParent());
            Files.writeString(folder.resolve(name), "select 1;\n");
        }
    }

    private DrizzleProject read() {
        var problems = new Problems();
        DrizzleProject project = DrizzleProject.read(List.of(folder), Naming.of(Settings.DEFAULTS), problems, warnings);
        assertThat(problems.list()).isEmpty();
        return project;
    }

    /** These, and no others. */
    private void assertProblems(String... parts) {
        var problems = new Problems();
        DrizzleProject.read(List.of(folder), Naming.of(Settings.DEFAULTS), problems, warnings);
        assertThat(problems.list()).hasSize(parts.length);
        for (String part : parts) {
            assertThat(problems.list())
                    .anySatisfy(problem -> assertThat(problem.toString()).contains(part));
        }
    }
}
