package dev.slipway.testkit.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the fenced blocks of the pages that users follow. */
public final class Blocks {
    private static final Pattern FENCE = Pattern.compile("^( *)```(\\S*)\\s*$");
    private static final Pattern NEEDS = Pattern.compile("^ *<!-- needs: (.+) -->\\s*$");

    private Blocks() {}

    /**
     * All of README.md, docs, migrations/README.md and the READMEs below k8s, in the order of the pages.
     *
     * @param root of the source tree
     */
    public static List<Block> of(Path root) throws IOException {
        var pages = new ArrayList<>(List.of(root.resolve("README.md"), root.resolve("migrations/README.md")));
        for (String folder : List.of("docs", "k8s")) {
            try (Stream<Path> files = Files.walk(root.resolve(folder))) {
                files.filter(file ->
                                folder.equals("docs") ? file.toString().endsWith(".md") : file.endsWith("README.md"))
                        .sorted()
                        .forEach(pages::add);
            }
        }
        var blocks = new ArrayList<Block>();
        for (Path page : pages) {
            blocks.addAll(read(root.relativize(page).toString(), Files.readAllLines(page)));
        }
        return blocks;
    }

    /** @throws IllegalArgumentException if a block is never closed, or a comment on needs stands before no block */
    static List<Block> read(String page, List<String> lines) {
        var blocks = new ArrayList<Block>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher fence = FENCE.matcher(lines.get(i));
            Matcher needs = NEEDS.matcher(i == 0 ? "" : lines.get(i - 1));
            if (fence.matches()) {
                int indent = fence.group(1).length();
                var text = new StringBuilder();
                int end = i + 1;
                while (end < lines.size() && !lines.get(end).strip().equals("```")) {
                    String line = lines.get(end++);
                    text.append(line.substring(Math.min(indent, line.length()))).append('\n');
                }
                if (end == lines.size()) {
                    throw new IllegalArgumentException(page + ":" + (i + 1) + ": this block is never closed");
                }
                blocks.add(new Block(
                        page,
                        i + 1,
                        fence.group(2),
                        text.toString(),
                        needs.matches() ? Set.of(needs.group(1).split(", *", -1)) : Set.of()));
                i = end;
            } else if (needs.matches()) {
                throw new IllegalArgumentException(page + ":" + i + ": no block follows on the next line");
            }
        }
        return blocks;
    }
}
