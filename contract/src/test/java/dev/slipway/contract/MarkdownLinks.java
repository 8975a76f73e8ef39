package dev.slipway.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The links of a source tree that lead to files of the same tree, relative ones and those that name its public address.
 */
final class MarkdownLinks {
    private static final String PUBLIC_ADDRESS = "https://github.com/slipway-dev/slipway/blob/main/";
    private static final Pattern RELATIVE = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern PUBLIC = Pattern.compile(Pattern.quote(PUBLIC_ADDRESS) + "([^\\s)\"'`]+)");
    private static final Pattern HEADING = Pattern.compile("^#{1,6} +(.+?) *#*$");
    private static final Pattern CODE = Pattern.compile("`[^`]*`");
    private static final Pattern ELSEWHERE = Pattern.compile("^[a-z]+:.*");
    private static final Set<String> NOT_OURS = Set.of("target", ".git", "node_modules");
    private static final List<String> TEXTS = List.of(".md", ".yaml", ".yml", ".json", ".tpl", ".txt");

    private final Path root;

    MarkdownLinks(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /**
     * A link to a file of the tree.
     *
     * @param line of the source, from 1
     * @param target as it is written, without the public address
     */
    record Link(Path source, int line, Path file, Optional<String> anchor, String target) {}

    List<Link> all() {
        return texts().stream().flatMap(file -> linksOf(file).stream()).toList();
    }

    /** One line for each link that leads nowhere, with its place; empty if all are right. */
    List<String> broken() {
        var problems = new ArrayList<String>();
        for (Link link : all()) {
            problem(link)
                    .ifPresent(problem -> problems.add(root.relativize(link.source()) + ":" + link.line() + ": "
                            + link.target() + ": " + problem));
        }
        return problems;
    }

    private Optional<String> problem(Link link) {
        if (!link.file().startsWith(root)) {
            return Optional.of("leads out of the source tree");
        }
        if (!Files.exists(link.file())) {
            return Optional.of("there is no such file");
        }
        if (link.anchor().isEmpty()) {
            return Optional.empty();
        }
        Set<String> anchors = anchorsOf(link.file());
        return anchors.contains(link.anchor().get())
                ? Optional.empty()
                : Optional.of("there is no such heading; there are " + String.join(", ", anchors));
    }

    private List<Link> linksOf(Path file) {
        var links = new ArrayList<Link>();
        boolean markdown = file.toString().endsWith(".md");
        List<String> lines = markdown ? withoutCodeBlocks(file) : lines(file);
        for (int number = 1; number <= lines.size(); number++) {
            String line = lines.get(number - 1);
            Matcher inTree = PUBLIC.matcher(line);
            while (inTree.find()) {
                links.add(link(file, number, root, inTree.group(1)));
            }
            Matcher relative = RELATIVE.matcher(CODE.matcher(line).replaceAll("code"));
            while (markdown && relative.find()) {
                if (!ELSEWHERE.matcher(relative.group(1)).matches()) {
                    links.add(link(file, number, file.resolveSibling(""), relative.group(1)));
                }
            }
        }
        return links;
    }

    private static Link link(Path source, int line, Path base, String target) {
        int hash = target.indexOf('#');
        String path = hash < 0 ? target : target.substring(0, hash);
        Path file = path.isEmpty() ? source : base.resolve(path).normalize();
        return new Link(
                source, line, file, hash < 0 ? Optional.empty() : Optional.of(target.substring(hash + 1)), target);
    }

    /** As GitHub names the headings of a page. */
    private static Set<String> anchorsOf(Path file) {
        var anchors = new LinkedHashSet<String>();
        Map<String, Integer> seen = new HashMap<>();
        for (String line : withoutCodeBlocks(file)) {
            Matcher heading = HEADING.matcher(line);
            if (heading.matches()) {
                String anchor = anchor(heading.group(1));
                int before = seen.merge(anchor, 1, Integer::sum) - 1;
                anchors.add(before == 0 ? anchor : anchor + "-" + before);
            }
        }
        return anchors;
    }

    static String anchor(String heading) {
        return heading.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }

    /** The lines of fenced blocks become empty, so that the others keep their numbers. */
    private static List<String> withoutCodeBlocks(Path file) {
        var kept = new ArrayList<String>();
        boolean inBlock = false;
        for (String line : lines(file)) {
            boolean fence = line.strip().startsWith("```");
            kept.add(inBlock || fence ? "" : line);
            inBlock ^= fence;
        }
        return kept;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(file + " cannot be read", failed);
        }
    }

    private List<Path> texts() {
        var found = new ArrayList<Path>();
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    return NOT_OURS.contains(String.valueOf(folder.getFileName()))
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile() && TEXTS.stream().anyMatch(file.toString()::endsWith)) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException failed) {
            throw new UncheckedIOException(root + " cannot be walked", failed);
        }
        return found;
    }
}
