package dev.slipway.e2e.monitoring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The names of Slipway's metrics, by their documented tables, which tests of webhook and migrator hold to the code. */
final class Metrics {
    private static final List<String> PAGES = List.of("docs/webhook.md", "docs/migrator.md");
    private static final Pattern DOCUMENTED = Pattern.compile("^\\| `(slipway_[a-z_]+)` ");
    private static final Pattern NAME = Pattern.compile("[a-z:_]*slipway_[a-z0-9:_]+");
    private static final Pattern STRING = Pattern.compile("\"[^\"]*\"");
    private static final Pattern PART_OF_A_HISTOGRAM = Pattern.compile("_(bucket|count|sum|max)$");

    private final Set<String> names;

    private Metrics(Set<String> names) {
        this.names = names;
    }

    static Metrics documented(Path root) throws IOException {
        var names = new TreeSet<String>();
        for (String page : PAGES) {
            try (Stream<String> lines = Files.lines(root.resolve(page))) {
                lines.flatMap(line -> DOCUMENTED.matcher(line).results())
                        .map(match -> match.group(1))
                        .forEach(names::add);
            }
        }
        return new Metrics(names);
    }

    /** Those of the given names that no table has, whole or as the part of a histogram. */
    Set<String> unknown(Set<String> used) {
        return used.stream().filter(name -> !knows(name)).collect(Collectors.toCollection(TreeSet::new));
    }

    private boolean knows(String name) {
        return names.contains(name)
                || names.contains(PART_OF_A_HISTOGRAM.matcher(name).replaceFirst(""));
    }

    /** The names of Slipway's metrics, and of series that rules record from them, in an expression. */
    static Set<String> in(String expression) {
        return NAME.matcher(STRING.matcher(expression).replaceAll(""))
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
