package dev.slipway.migrator.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.AppVersion;
import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.flywaydb.core.api.callback.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationFolderTest {
    @TempDir
    private Path folder;

    private final Problems problems = new Problems();
    private final Problems warnings = new Problems();

    @Test
    void sortsVersionsByNumberAndRepeatablesLast() throws IOException {
        write("R__b.sql", "V10__ten.sql", "V9__nine.sql", "R__a.sql", "sub/V9.1__more.sql");

        assertThat(read().migrations().stream().map(MigrationFile::script))
                .containsExactly("V9__nine.sql", "sub/V9.1__more.sql", "V10__ten.sql", "R__a.sql", "R__b.sql");
        assertThat(problems.list()).isEmpty();
    }

    @Test
    void reportsEveryMistakeAtOnce() throws IOException {
        write("V1_one.sql", "X2__two.sql", "V3a__three.sql", "R1__four.sql", "V5__five.sql", "V5.0__five_again.sql");
        Files.write(folder.resolve("V6__latin1.sql"), "select 1;\nselect 'ä';".getBytes(StandardCharsets.ISO_8859_1));

        read();

        assertThat(problems.describe("the migrations"))
                .startsWith("6 problems")
                .contains("V1_one.sql is misnamed: two underscores")
                .contains("X2__two.sql is misnamed: it starts with none of V, R, B and U")
                .contains("'3a' is not a version")
                .contains("R1__four.sql is misnamed: a repeatable migration has no version")
                .contains("V5__five.sql", "V5.0__five_again.sql", "and so is")
                .contains("V6__latin1.sql is not UTF-8: line 2, byte 19 of the file (0xE4) belongs to no character");
    }

    @Test
    void undoScriptsAreFoundByTheirVersionAndAreNoMigrations() throws IOException {
        write("V1__one.sql", "V2__two.sql", "undo/U2__two.sql", "undo/U1.0__one.sql");

        MigrationFolder read = read();

        assertThat(read.migrations()).extracting(MigrationFile::script).containsExactly("V1__one.sql", "V2__two.sql");
        assertThat(read.undoOf(MigrationVersion.parse("1").orElseThrow()))
                .hasValueSatisfying(undo -> assertThat(undo.script()).isEqualTo("undo/U1.0__one.sql"));
        assertThat(read.undoOf(MigrationVersion.parse("3").orElseThrow())).isEmpty();
        assertThat(problems.list()).isEmpty();
    }

    @Test
    void twoUndoScriptsForOneVersionAreAMistake() throws IOException {
        write("V1__one.sql", "U1__one.sql", "undo/U1__one.sql");

        read();

        assertThat(problems.describe("the migrations")).contains("U1__one.sql", "and so is");
    }

    @Test
    void whatSpeaksToUsAboveTheFirstStatementIsReadOrRefused() throws IOException {
        Files.createDirectories(folder.resolve("undo"));
        Files.writeString(folder.resolve("undo/U1__a.sql"), "\uFEFF-- About it.\n\n-- slipway: nothing-to-undo\n");
        Files.writeString(folder.resolve("undo/U2__b.sql"), "select 1;\n-- slipway: nothing-to-undo\n");
        Files.writeString(folder.resolve("undo/U3__c.sql"), "-- slipway: nothing-to-und\n");
        Files.writeString(folder.resolve("V1__a.sql"), "-- slipway: nothing-to-undo\n");
        Files.writeString(
                folder.resolve("V2__b.sql"),
                "/* licence */\n-- slipway: contract\n-- slipway: oldest-app-version 2.4.0\ndrop table t;");
        Files.writeString(folder.resolve("V3__c.sql"), "-- slipway: oldest-app-version later\ndrop table t;");

        MigrationFolder read = read();

        assertThat(read.undoOf(MigrationVersion.parse("1").orElseThrow())
                        .orElseThrow()
                        .header()
                        .nothingToUndo())
                .isTrue();
        assertThat(problems.list())
                .extracting(Object::toString)
                .satisfiesExactlyInAnyOrder(
                        misplaced -> assertThat(misplaced).contains("U2__b.sql", "line 2", "above the first statement"),
                        misspelt -> assertThat(misspelt).contains("U3__c.sql", "did you mean 'nothing-to-undo'?"),
                        foreign -> assertThat(foreign).contains("V1__a.sql", "is unknown in such a script"),
                        alone -> assertThat(alone).contains("V3__c.sql", "but not '-- slipway: contract'"),
                        noVersion -> assertThat(noVersion).contains("V3__c.sql", "'later'", "such as 2.4.0"));
        assertThat(read.migrations())
                .filteredOn(MigrationFile::isContract)
                .singleElement()
                .satisfies(file -> assertThat(file.header().oldestAppVersion())
                        .contains(AppVersion.parse("2.4").orElseThrow()));
    }

    @Test
    void namesAMissingAndAnEmptyFolderAndAFile() throws IOException {
        Path missing = folder.resolve("missing");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Path file = Files.writeString(folder.resolve("file"), "");

        read(missing, empty, file);

        assertThat(problems.list())
                .extracting(Object::toString)
                .satisfiesExactly(
                        first -> assertThat(first).contains("missing does not exist"),
                        second -> assertThat(second).contains("empty has no .sql file"),
                        third -> assertThat(third).contains("file is a file"));
    }

    @Test
    void readsAMountedConfigMapOnlyOnce() throws IOException {
        Path data = Files.createDirectories(folder.resolve("..2026_11_21"));
        Files.writeString(data.resolve("V1__one.sql"), "select 1");
        Files.createSymbolicLink(folder.resolve("..data"), data);
        Files.createSymbolicLink(folder.resolve("V1__one.sql"), folder.resolve("..data/V1__one.sql"));

        assertThat(read().migrations()).hasSize(1);
        assertThat(problems.list()).isEmpty();
    }

    @Test
    void takesCallbacksAndUndoScriptsForWhatTheyAre() throws IOException {
        write("V1__one.sql", "U1__one.sql", "afterMigrate.sql", "beforeEachMigrate__log.sql");

        MigrationFolder read = read();

        assertThat(read.migrations()).hasSize(1);
        assertThat(read.callbacks())
                .extracting(CallbackFile::event)
                .containsExactlyInAnyOrder("afterMigrate", "beforeEachMigrate");
        assertThat(problems.list()).isEmpty();
    }

    @Test
    void knowsTheCallbacksThatFlywayKnows() {
        assertThat(ScriptName.CALLBACKS)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Event.values()).map(Event::getId).toList());
    }

    private MigrationFolder read() {
        return read(folder);
    }

    private MigrationFolder read(Path... locations) {
        String text = Arrays.stream(locations).map(Path::toString).collect(Collectors.joining(","));
        Settings settings = new Settings.Builder(problems)
                .set(Setting.MIGRATIONS, text, "--migrations")
                .build();
        return MigrationFolder.read(settings, problems, warnings);
    }

    private void write(String... names) throws IOException {
        for (String name : names) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "select 1;");
        }
    }
}
