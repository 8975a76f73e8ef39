package dev.slipway.migrator.drizzle;

import dev.slipway.contract.Problems;
import dev.slipway.migrator.files.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** A folder of Drizzle up to 0.x: a journal, and a file for each of its entries. */
final class JournalFolder {
    private static final String SUFFIX = ".sql";

    private JournalFolder() {}

    static DrizzleProject read(Path location, Problems problems, Problems warnings) {
        Path path = location.resolve(Journal.PATH);
        boolean sound = problems.isEmpty();
        List<Journal.Entry> entries = Journal.read(path, problems);
        boolean complete = sound && problems.isEmpty();
        var files = new SqlFiles(location, problems);
        var known = new HashSet<String>();
        for (Journal.Entry entry : entries) {
            String script = entry.tag() + SUFFIX;
            known.add(script);
            if (Files.isRegularFile(location.resolve(script))) {
                files.add(script, entry.when(), title(entry.tag()));
            } else {
                problems.add(
                        path.toString(),
                        "names " + script + ", but that file is not there; restore it, or take its entry out");
            }
        }
        if (complete) {
            warnOfStrays(location, known, problems, warnings);
        }
        return DrizzleProject.of(Layout.DRIZZLE_JOURNAL, location, files.read());
    }

    /** Drizzle runs the files that the journal names, and silently ignores all others. */
    private static void warnOfStrays(Path location, Set<String> known, Problems problems, Problems warnings) {
        try (Stream<Path> children = Files.list(location)) {
            List<String> strays = children.map(child -> child.getFileName().toString())
                    .filter(name -> name.toLowerCase(Locale.ROOT).endsWith(SUFFIX)
                            && !name.startsWith(".")
                            && !known.contains(name))
                    .sorted()
                    .toList();
            DrizzleProject.warnOfStrays(location, strays, "not in " + Journal.PATH, warnings);
        } catch (IOException unreadable) {
            problems.add(location.toString(), "cannot be read: " + unreadable.getMessage());
        }
    }

    /** The tag without the number in front, as {@code drizzle-kit up} shortens it. */
    private static String title(String tag) {
        int underscore = tag.indexOf('_');
        return underscore < 0 ? tag : tag.substring(underscore + 1);
    }
}
