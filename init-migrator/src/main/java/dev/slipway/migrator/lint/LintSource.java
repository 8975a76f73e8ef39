package dev.slipway.migrator.lint;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.drizzle.DrizzleProject;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.files.Naming;
import dev.slipway.migrator.history.HistoryRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The edge of a lint: reads the folder and what is released. */
public final class LintSource {
    private final Settings settings;
    private final LintRequest request;
    private final Problems inFolder = new Problems();
    private final MigrationFolder folder;

    /** @throws RunFailure if there is no folder to judge */
    public LintSource(Settings settings, LintRequest request) {
        this.settings = settings;
        this.request = request;
        List<Path> locations = settings.get(Setting.MIGRATIONS);
        if (locations.stream().noneMatch(Files::isDirectory)) {
            throw new RunFailure(
                    ExitCode.USAGE,
                    locations.get(0) + " is no folder; expected the folder with the migrations (--migrations DIR)",
                    ExitCode.USAGE.wayOut());
        }
        this.folder = read(settings, inFolder);
    }

    /** Each mistake of the folder is a finding. */
    private static MigrationFolder read(Settings settings, Problems problems) {
        var warnings = new Problems();
        MigrationFolder folder = DrizzleProject.isMeant(settings)
                ? DrizzleProject.read(settings.get(Setting.MIGRATIONS), Naming.of(settings), problems, warnings)
                        .folder()
                : MigrationFolder.read(settings, problems, warnings);
        warnings.list().forEach(each -> problems.add(each.where(), each.what()));
        return folder;
    }

    public MigrationFolder folder() {
        return folder;
    }

    /**
     * Judges without a database.
     *
     * @throws RunFailure if what is released cannot be read
     */
    public LintResult judge() {
        return request.released()
                .map(newest -> judge(ReleasedState.upTo(newest, folder)))
                .orElseGet(() -> judgeSince(request.since().orElseThrow()));
    }

    /** @param applied the rows that count as applied */
    public LintResult judge(List<HistoryRow> rows, List<HistoryRow> applied) {
        return judge(ReleasedState.applied(rows, applied, folder));
    }

    private LintResult judge(ReleasedState released) {
        return new Lint(settings, folder, inFolder, released, request).judge();
    }

    private LintResult judgeSince(String ref) {
        Path scratch = null;
        try {
            scratch = Files.createTempDirectory("slipway-lint");
            return judge(since(ref, scratch.toRealPath()));
        } catch (IOException failed) {
            throw new RunFailure(
                    ExitCode.USAGE,
                    "what is released at " + ref + " cannot be read: " + failed.getMessage(),
                    "see what git says about it; or name what is released with --released VERSION");
        } finally {
            delete(scratch);
        }
    }

    private ReleasedState since(String ref, Path scratch) throws IOException {
        List<GitFolder> folders = settings.get(Setting.MIGRATIONS).stream()
                .filter(Files::isDirectory)
                .map(GitFolder::new)
                .toList();
        var problems = new Problems();
        Optional<String> commit = folders.get(0).commit(ref, problems);
        if (commit.isEmpty()) {
            throw new RunFailure(
                    ExitCode.USAGE, problems.describe("what is released"), "name a commit that is in the clone");
        }
        Optional<String> fork = folders.get(0).mergeBase(commit.get()).filter(base -> !base.equals(commit.get()));
        Optional<MigrationFolder> forked =
                fork.isPresent() ? Optional.of(at(fork.get(), folders, scratch.resolve("fork"))) : Optional.empty();
        return ReleasedState.of(ref, at(commit.get(), folders, scratch.resolve("released")), forked);
    }

    /** What is wrong with a released folder is no finding about those scripts that are not released. */
    private MigrationFolder at(String commit, List<GitFolder> folders, Path to) throws IOException {
        var locations = new ArrayList<Path>();
        for (GitFolder each : folders) {
            Path location = Files.createDirectories(to.resolve(Integer.toString(locations.size())));
            if (each.write(commit, location)) {
                locations.add(location);
            }
        }
        return locations.isEmpty()
                ? MigrationFolder.EMPTY
                : read(settings.with(Setting.MIGRATIONS, locations), new Problems());
    }

    private static void delete(@Nullable Path folder) {
        if (folder == null) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException left) {
            // The system's folder for such files is cleaned by the system.
        }
    }
}
