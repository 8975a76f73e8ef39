package dev.slipway.migrator.lint;

import dev.slipway.contract.Problems;
import dev.slipway.migrator.cli.Option;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes a folder as a commit of git has it into a folder of our own, for the readers of migrations. */
final class GitFolder {
    private static final String FILE = "100";
    private static final String LINK = "120000";

    private final Git git;
    private final Path location;

    /** @param location a folder that exists */
    GitFolder(Path location) {
        this.git = new Git(location);
        this.location = location;
    }

    /** A file of a commit. */
    private record Entry(String mode, String id, Path path) {}

    /** The full hash of the commit that a person names; empty if a problem was reported. */
    Optional<String> commit(String ref, Problems problems) {
        String where = Option.SINCE.name() + " " + ref;
        try {
            git.line("rev-parse", "--show-prefix");
        } catch (Git.Refused refused) {
            problems.add(
                    location.toString(),
                    "is in no repository that git can read: " + refused.getMessage()
                            + "; clone the repository, or name what is released with --released VERSION");
            return Optional.empty();
        } catch (IOException missing) {
            problems.add(where, "needs git, which did not start: " + missing.getMessage() + "; install it");
            return Optional.empty();
        }
        try {
            if (ref.isBlank() || ref.startsWith("-")) {
                problems.add(where, "is no commit; expected a branch, a tag or a hash, as in origin/main");
                return Optional.empty();
            }
            return Optional.of(git.line("rev-parse", "--verify", "--quiet", "--end-of-options", ref + "^{commit}"));
        } catch (Git.Refused | IOException unknown) {
            problems.add(
                    where,
                    "is no commit of this repository; expected a branch, a tag or a hash, as in origin/main"
                            + shallow());
            return Optional.empty();
        }
    }

    private String shallow() {
        try {
            return git.line("rev-parse", "--is-shallow-repository").equals("true")
                    ? "; the clone is shallow, so that git may not have it: fetch more (fetch-depth: 0 of"
                            + " actions/checkout, GIT_DEPTH: 0 of GitLab, git fetch --unshallow), or git fetch origin the"
                            + " branch"
                    : "; a branch of the server has to be fetched first, as in git fetch origin main";
        } catch (Git.Refused | IOException unanswered) {
            return "";
        }
    }

    /** Where the current commit left the other one; empty if git does not know it, as in a shallow clone. */
    Optional<String> mergeBase(String commit) {
        try {
            return Optional.of(git.line("merge-base", commit, "HEAD"));
        } catch (Git.Refused | IOException unknown) {
            return Optional.empty();
        }
    }

    /** Writes the folder as the commit has it; false if it has none there. */
    boolean write(String commit, Path to) throws IOException {
        try {
            String prefix = git.line("rev-parse", "--show-prefix");
            String tree;
            try {
                tree = git.line("rev-parse", "--verify", "--quiet", commit + ":" + prefix);
            } catch (Git.Refused absent) {
                return false;
            }
            writeAll(entries(tree, to), to);
            return true;
        } catch (Git.Refused refused) {
            throw new IOException("git: " + refused.getMessage());
        }
    }

    private List<Entry> entries(String tree, Path to) throws Git.Refused, IOException {
        var entries = new ArrayList<Entry>();
        String listing =
                new String(git.run(new byte[0], "ls-tree", "-r", "-z", "--full-tree", tree), StandardCharsets.UTF_8);
        for (String line : listing.split("\0", -1)) {
            int tab = line.indexOf('\t');
            if (tab > 0) {
                String[] words = line.substring(0, tab).split(" ", -1);
                Path path = to.resolve(line.substring(tab + 1)).normalize();
                // No commit that git made leads out of its folder.
                if (path.startsWith(to) && (words[0].startsWith(FILE) || words[0].equals(LINK))) {
                    entries.add(new Entry(words[0], words[2], path));
                }
            }
        }
        return entries;
    }

    private void writeAll(List<Entry> entries, Path to) throws Git.Refused, IOException {
        var ids = new StringBuilder();
        entries.forEach(each -> ids.append(each.id()).append('\n'));
        byte[] batch = git.run(ids.toString().getBytes(StandardCharsets.US_ASCII), "cat-file", "--batch");
        int position = 0;
        for (Entry entry : entries) {
            int end = position;
            while (batch[end] != '\n') {
                end++;
            }
            String header = new String(batch, position, end - position, StandardCharsets.UTF_8);
            if (!header.startsWith(entry.id() + " blob ")) {
                throw new IOException("git cannot read " + to.relativize(entry.path()) + ": " + header);
            }
            int size = Integer.parseInt(header.substring(header.lastIndexOf(' ') + 1));
            write(entry, new String(batch, end + 1, size, StandardCharsets.ISO_8859_1), to);
            position = end + 1 + size + 1;
        }
    }

    private static void write(Entry entry, String latin1, Path to) throws IOException {
        Files.createDirectories(entry.path().getParent());
        if (!entry.mode().equals(LINK)) {
            Files.write(entry.path(), latin1.getBytes(StandardCharsets.ISO_8859_1));
            return;
        }
        Path target = entry.path().resolveSibling(latin1).normalize();
        if (target.startsWith(to)) {
            Files.createSymbolicLink(entry.path(), target);
        }
    }
}
