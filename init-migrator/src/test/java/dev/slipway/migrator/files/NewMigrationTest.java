package dev.slipway.migrator.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.InThisJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NewMigrationTest {
    private static final LocalDateTime NOW = LocalDateTime.of(2026, 11, 21, 9, 30, 59);

    @TempDir
    private Path folder;

    private final Problems problems = new Problems();

    @Test
    void theVersionIsTheTimeAndTheUndoScriptHasAFolderOfItsOwn() {
        NewMigration written = write("add orders table").orElseThrow();

        assertThat(written.migration()).isEqualTo(folder.resolve("V20261121093059__add_orders_table.sql"));
        assertThat(written.undo()).isEqualTo(folder.resolve("undo/U20261121093059__add_orders_table.sql"));
        assertThat(written.undo()).content().contains("V20261121093059__add_orders_table.sql");
    }

    @Test
    void whatItWritesIsReadAsAMigration() {
        write("add orders table");

        Settings settings = new Settings.Builder(problems)
                .set(Setting.MIGRATIONS, folder.toString(), "--migrations")
                .build();
        MigrationFolder read = MigrationFolder.read(settings, problems, new Problems());

        assertThat(problems.list()).isEmpty();
        assertThat(read.migrations()).extracting(MigrationFile::description).containsExactly("add orders table");
    }

    @Test
    void nothingIsEverOverwritten() throws IOException {
        Path mine = Files.writeString(folder.resolve("V20261121093059__add_orders_table.sql"), "mine");
        Path undo = Files.createDirectories(folder.resolve("undo")).resolve("U20261121093100__add_orders_table.sql");
        Files.writeString(undo, "mine too");

        NewMigration written = write("add orders table").orElseThrow();

        assertThat(written.migration()).hasFileName("V20261121093101__add_orders_table.sql");
        assertThat(mine).hasContent("mine");
        assertThat(undo).hasContent("mine too");
        assertThat(files()).hasSize(4);
    }

    @Test
    void theVersionIsAboveAllOthersEvenAgainstAFastClock() throws IOException {
        Files.writeString(folder.resolve("V20261121093500__by_somebody_else.sql"), "");

        assertThat(write("mine").orElseThrow().migration()).hasFileName("V20261121093501__mine.sql");
    }

    @ParameterizedTest
    @CsvSource({
        "V1__a.sql, V2__mine.sql",
        "V009__a.sql, V010__mine.sql",
        "V99__a.sql, V100__mine.sql",
        "V1.9__a.sql, V1.10__mine.sql",
        "V2_003__a.sql, V2.004__mine.sql",
        "undo/U7__a.sql, V8__mine.sql",
        "V20260101__a.sql, V20261121093059__mine.sql",
        "V202601011200__a.sql, V20261121093059__mine.sql",
        "R__a.sql, V20261121093059__mine.sql"
    })
    void theVersionFollowsThoseOfTheFolder(String there, String mine) throws IOException {
        Files.createDirectories(folder.resolve("undo"));
        Files.writeString(folder.resolve(there), "");
        NewMigration written = write("mine").orElseThrow();
        assertThat(written.migration()).hasFileName(mine);
        assertThat(written.undo()).hasFileName(mine.replaceFirst("V", "U"));
    }

    @Test
    void aDrizzleFolderIsLeftToDrizzle() throws IOException {
        Files.createDirectories(folder.resolve("meta"));
        Files.writeString(folder.resolve("meta/_journal.json"), "{}");
        InThisJvm.Result result = InThisJvm.run(Map.of(), "new", "mine", "--migrations", folder.toString());
        assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(result.output()).contains("npx drizzle-kit generate --custom --name=NAME");
        assertThat(files()).hasSize(1);
    }

    @Test
    void aVersionThatNoClockReachesIsAMistake() throws IOException {
        Files.writeString(folder.resolve("V99990101000000__far.sql"), "");

        assertThat(write("mine")).isEmpty();
        assertThat(problems.describe("new")).contains("99990101000000", "name the file by hand");
        assertThat(files()).hasSize(1);
    }

    @Test
    void theNameIsTheOneThatTheSettingsAskFor() {
        var naming = new Naming("", "R", "undo-", "_", List.of(".pgsql", ".sql"));

        NewMigration written = NewMigration.write(List.of(folder), naming, "add orders", NOW, problems)
                .orElseThrow();

        assertThat(written.migration()).hasFileName("20261121093059_add_orders.pgsql");
        assertThat(written.undo()).hasFileName("undo-20261121093059_add_orders.pgsql");
    }

    @Test
    void everyCharacterThatNoFileNameNeedsSeparatesWords() {
        assertThat(write("  Orders: add/drop ../../x; ").orElseThrow().migration())
                .hasFileName("V20261121093059__Orders_add_drop_x.sql");
    }

    @Test
    void everyMistakeIsSaidAtOnce() {
        assertThat(NewMigration.write(
                        List.of(folder.resolve("nowhere")), Naming.of(Settings.DEFAULTS), "--", NOW, problems))
                .isEmpty();

        assertThat(problems.describe("new")).contains("the description", "nowhere is no folder");
    }

    private Optional<NewMigration> write(String description) {
        return NewMigration.write(List.of(folder), Naming.of(Settings.DEFAULTS), description, NOW, problems);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
