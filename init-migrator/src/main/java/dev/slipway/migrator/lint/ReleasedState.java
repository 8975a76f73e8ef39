package dev.slipway.migrator.lint;

import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.files.MigrationFile.Kind;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.files.MigrationVersion;
import dev.slipway.migrator.history.HistoryRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What counts as released.
 *
 * @param words for people, as in {@code origin/main}
 * @param rows the history of a database that has applied all of it
 * @param scripts in the order of their application; their text is that of the release
 * @param forked the folder where this branch left the released one, by script; empty if it did not, or git cannot tell
 */
record ReleasedState(
        String words, List<HistoryRow> rows, MigrationFolder scripts, Optional<Map<String, Integer>> forked) {
    /** A folder of which everything is released. */
    static ReleasedState of(String words, MigrationFolder folder, Optional<MigrationFolder> fork) {
        return new ReleasedState(words, rows(folder), folder, fork.map(ReleasedState::checksums));
    }

    /** The scripts of a folder up to a version; repeatable ones may be released in any state, and so are not. */
    static ReleasedState upTo(MigrationVersion newest, MigrationFolder folder) {
        MigrationFolder released = only(
                folder,
                folder.migrations().stream()
                        .filter(file -> file.version()
                                .filter(version -> version.compareTo(newest) <= 0)
                                .isPresent())
                        .toList());
        return new ReleasedState("version " + newest, rows(released), released, Optional.empty());
    }

    /** What a database has applied, as far as the folder still has it. */
    static ReleasedState applied(List<HistoryRow> rows, List<HistoryRow> applied, MigrationFolder folder) {
        List<MigrationFile> files = folder.migrations().stream()
                .filter(file -> applied.stream()
                        .anyMatch(row -> row.version().equals(file.version())
                                && (file.version().isPresent()
                                        || row.description().equals(file.description()))))
                .toList();
        return new ReleasedState("the history of the database", rows, only(folder, files), Optional.empty());
    }

    static MigrationFolder only(MigrationFolder folder, List<MigrationFile> files) {
        return new MigrationFolder(folder.layout(), folder.locations(), files, folder.undos(), List.of());
    }

    private static List<HistoryRow> rows(MigrationFolder folder) {
        var rows = new ArrayList<HistoryRow>();
        for (MigrationFile file : folder.migrations()) {
            rows.add(new HistoryRow(
                    rows.size() + 1,
                    file.version(),
                    file.version().map(MigrationVersion::toString).orElse(""),
                    file.description(),
                    file.kind() == Kind.BASELINE ? "SQL_BASELINE" : "SQL",
                    file.script(),
                    Optional.of(file.checksum()),
                    "",
                    "",
                    0,
                    true));
        }
        return rows;
    }

    private static Map<String, Integer> checksums(MigrationFolder folder) {
        var checksums = new HashMap<String, Integer>();
        folder.migrations().forEach(file -> checksums.put(file.script(), file.checksum()));
        return checksums;
    }

    /**
     * Whether this branch made a script what it is here. Otherwise the released branch has gone on since, and a merge
     * brings its state.
     *
     * @param checksum of the file here; empty if it is not here
     */
    boolean isOfThisBranch(String script, Optional<Integer> checksum) {
        return forked.isEmpty()
                || !Optional.ofNullable(forked.get().get(script)).equals(checksum);
    }
}
