package dev.slipway.migrator.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Entries of a folder besides plain files, and folders in which all files follow another naming. */
class FolderEntriesTest {
    @TempDir
    private Path folder;

    private final Problems problems = new Problems();
    private final Problems warnings = new Problems();

    @BeforeEach
    void oneGoodScript() throws IOException {
        write("V1__one.sql");
    }

    @Test
    void subFoldersOfAnyPlainNameAreRead() throws IOException {
        write("V2/V2__two.sql", "2026.old/V3__three.sql", "docs.md/V4__four.sql", "archive.sql/V5__five.sql");
        assertThat(read().migrations()).hasSize(5);
        assertThat(problems.list()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "V2__two.sql",
                "V2__two.SQL",
                "R__views.sql",
                "afterMigrate.sql",
                "U1__one.sql",
                "sub/B3__start.sql"
            })
    void aFolderThatIsNamedLikeAScriptIsRefused(String name) throws IOException {
        write(name + "/V3__inside.sql");
        expect(name + " is a folder, and named like a script; rename it");
    }

    @ParameterizedTest
    @ValueSource(strings = {".hidden/V3__x.sql", ".trash/sub/R__x.sql", "sub/.old/afterMigrate.sql", ".a/.b/V9__x.sql"})
    void aScriptInAHiddenFolderIsRefused(String name) throws IOException {
        write(name);
        expect(name + " lies in a hidden folder");
    }

    @Test
    void hiddenFoldersWithoutScriptsAndThoseOfVersionControlAreNot() throws IOException {
        write(".idea/dataSources.xml", ".github/x.sql", ".git/refs/V9__branch.sql", "sub/.svn/V9__x.sql");
        assertThat(read().migrations()).hasSize(1);
        assertThat(problems.list()).isEmpty();
    }

    @Test
    void aMountedConfigMapOrProjectedVolumeIsReadOnce() throws IOException {
        for (String name : List.of("V2__two.sql", "afterMigrate.sql", "V2__two.sql.conf")) {
            Path data = Files.createDirectories(folder.resolve("..2026_11_30_12_00_00.123456789"));
            Files.writeString(data.resolve(name), "");
            Files.createSymbolicLink(folder.resolve(name), Path.of("..data").resolve(name));
        }
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2026_11_30_12_00_00.123456789"));
        MigrationFolder read = read();
        assertThat(problems.list()).isEmpty();
        assertThat(read.migrations()).hasSize(2);
        assertThat(read.callbacks()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"V2__two.sql", "V2__two.SQL", "afterMigrate.sh", "V1__one.sql.conf", "misnamed.sql", "common"})
    void aLinkThatLeadsNowhereIsRefused(String name) throws IOException {
        Files.createSymbolicLink(folder.resolve(name), Path.of("/app/db/not-there"));
        expect(name + " is a symbolic link to /app/db/not-there, which is not there; mount what it leads to");
    }

    @ParameterizedTest
    @ValueSource(strings = {"notes.md", ".#V1__one.sql", "tool.sh", ".DS_Store"})
    void unlessItIsNoScript(String name) throws IOException {
        Files.createSymbolicLink(folder.resolve(name), Path.of("/app/db/not-there"));
        assertThat(read().migrations()).hasSize(1);
        assertThat(problems.list()).isEmpty();
    }

    @Test
    void linksThatLoopAreRefused() throws IOException {
        Files.createSymbolicLink(folder.resolve("V2__itself.sql"), Path.of("V2__itself.sql"));
        expect("V2__itself.sql is a symbolic link to V2__itself.sql: ");
        Files.delete(folder.resolve("V2__itself.sql"));
        Path sub = Files.createDirectories(folder.resolve("sub/deeper"));
        Files.createSymbolicLink(folder.resolve("here"), Path.of("."));
        expect("here is a symbolic link to a folder that it lies in itself");
        Files.move(folder.resolve("here"), sub.resolve("here"));
        Files.delete(sub.resolve("here"));
        Files.createSymbolicLink(sub.resolve("up"), Path.of(".."));
        expect("up is a symbolic link to a folder that it lies in itself");
    }

    @Test
    void aLinkedFolderIsReadAndOneThatIsLinkedTwiceHasItsVersionsTwice() throws IOException {
        Path elsewhere = Files.createDirectories(folder.resolveSibling(folder.getFileName() + "-elsewhere"));
        Files.writeString(elsewhere.resolve("V2__two.sql"), "select 2;");
        Files.createSymbolicLink(folder.resolve("one"), elsewhere);
        assertThat(read().migrations())
                .extracting(MigrationFile::script)
                .containsExactly("V1__one.sql", "one/V2__two.sql");
        Files.createSymbolicLink(folder.resolve("two"), elsewhere);
        expect("two/V2__two.sql is version 2 (two), and so is ");
    }

    @Test
    void pipesAndSocketsAreNeverOpened() throws Exception {
        assertThat(new ProcessBuilder(
                                "mkfifo",
                                folder.resolve("V2__pipe.sql").toString(),
                                folder.resolve("pipe").toString())
                        .start()
                        .waitFor())
                .isZero();
        expect("V2__pipe.sql is neither a file nor a folder");
        Files.delete(folder.resolve("V2__pipe.sql"));
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(folder.resolve("afterMigrate.sql")));
            expect("afterMigrate.sql is neither a file nor a folder");
        }
    }

    @Test
    void callbacksOfOneNameAreRefused() throws IOException {
        write("afterMigrate__grants.sql", "sub/afterMigrate__grants.sql", "sub/afterMigrate__more.sql");
        expect("afterMigrate__grants.sql is a callback of the same name as ");
    }

    @Test
    void aFolderFullOfOneMistakeIsOneLineWithTheSetting() throws IOException {
        Files.delete(folder.resolve("V1__one.sql"));
        for (int number = 100; number < 699; number++) {
            write("20260101120" + number + "__x.sql");
        }
        read();
        assertThat(problems.list())
                .singleElement()
                .asString()
                .startsWith("each of 599 files like " + folder.resolve("20260101120100__x.sql")
                        + " is named in another way")
                .endsWith("rename them, or set migration-prefix to none");
    }

    @Test
    void mistakesOfSeveralKindsAreALineEach() throws IOException {
        for (int number = 1; number < 20; number++) {
            write(
                    "00" + number + "_x.sql",
                    "V" + number + "__y.PY",
                    "V" + number + "__z.md",
                    "sub/V" + number + "__y.sql");
        }
        read();
        assertThat(problems.list())
                .extracting(Object::toString)
                .satisfiesExactlyInAnyOrder(
                        names -> assertThat(names)
                                .contains("each of 19 files", "migration-prefix to none and migration-separator to _"),
                        programs -> assertThat(programs).contains("each of 19 files", "nothing is run but SQL"),
                        twice -> assertThat(twice).contains("V1__y.sql is version 1 (y), and so is "));
    }

    @Test
    void thousandsOfEntriesAreReadInOneGo() throws IOException {
        for (int number = 0; number < 3_000; number++) {
            write((number % 2 == 0 ? "V2." : "") + number + "__x.sql");
        }
        long start = System.nanoTime();
        read();
        assertThat(System.nanoTime() - start).isLessThan(10_000_000_000L);
        assertThat(problems.list()).hasSize(1);
    }

    @Test
    void oneOfSeveralLocationsMayBeMissingIfTheSettingSaysSo() throws IOException {
        Path missing = folder.resolve("nowhere");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        read("refuse", folder, missing, empty);
        assertThat(problems.list())
                .extracting(Object::toString)
                .satisfiesExactly(
                        first -> assertThat(first)
                                .contains(
                                        "nowhere does not exist", "or --missing-locations ignore if it may be missing"),
                        second -> assertThat(second)
                                .contains("empty has no .sql file in it", "--missing-locations ignore"));
        var others = new ArrayList<>(problems.list());
        read("ignore", folder, missing, empty);
        assertThat(problems.list()).isEqualTo(others);
        assertThat(warnings.list())
                .extracting(Problems.Problem::where)
                .containsExactly(missing.toString(), empty.toString());
    }

    @Test
    void butNotAllOfThem() {
        read("ignore", folder.resolve("nowhere"), folder.resolve("neither"));
        assertThat(problems.list()).hasSize(2);
        assertThat(warnings.list()).isEmpty();
    }

    @Test
    void descriptionsAreAsLongAsTheHistoryKeepsThem() throws IOException {
        write("V2__" + "d".repeat(240) + ".sql", "V3__" + "e".repeat(200) + ".sql");
        assertThat(read().migrations())
                .extracting(MigrationFile::description)
                .containsExactly("one", "d".repeat(197) + "...", "e".repeat(200));
    }

    @Test
    void otherNamesAreReadWithTheirSettings() throws IOException {
        write("20260101_a.pgsql", "20260102_b.SQL", "view_a.SQL", "down-20260101_a.pgsql");
        Files.delete(folder.resolve("V1__one.sql"));
        MigrationFolder read = MigrationFolder.read(
                new Settings.Builder(problems)
                        .set(Setting.MIGRATIONS, folder.toString(), "")
                        .set(Setting.MIGRATION_PREFIX, "none", "")
                        .set(Setting.REPEATABLE_PREFIX, "view", "")
                        .set(Setting.UNDO_PREFIX, "down-", "")
                        .set(Setting.MIGRATION_SEPARATOR, "_", "")
                        .set(Setting.MIGRATION_SUFFIXES, ".pgsql,.SQL", "")
                        .build(),
                problems,
                warnings);
        assertThat(problems.list()).isEmpty();
        assertThat(read.migrations())
                .extracting(MigrationFile::label)
                .containsExactly("version 20260101 (a)", "version 20260102 (b)", "repeatable 'a'");
        assertThat(read.undos()).extracting(MigrationFile::label).containsExactly("version 20260101 (a)");
    }

    /** Exactly one problem, with this text. */
    private void expect(String part) {
        var before = problems.list().size();
        read();
        assertThat(problems.list().subList(before, problems.list().size()))
                .singleElement()
                .asString()
                .contains(part);
    }

    private MigrationFolder read() {
        return read("refuse", folder);
    }

    private MigrationFolder read(String missing, Path... locations) {
        String text =
                String.join(",", List.of(locations).stream().map(Path::toString).toList());
        return MigrationFolder.read(
                new Settings.Builder(problems)
                        .set(Setting.MIGRATIONS, text, "")
                        .set(Setting.MISSING_LOCATIONS, missing, "")
                        .build(),
                problems,
                warnings);
    }

    private void write(String... names) throws IOException {
        for (String name : names) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "select 1;");
        }
    }
}
