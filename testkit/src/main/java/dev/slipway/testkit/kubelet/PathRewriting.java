package dev.slipway.testkit.kubelet;

import dev.slipway.testkit.process.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@link Isolation#REWRITTEN_PATHS}. */
final class PathRewriting {
    private final List<Mount> deepestFirst;

    private PathRewriting(List<Mount> mounts) {
        this.deepestFirst = mounts.stream()
                .sorted(Comparator.comparing(
                                (Mount mount) -> mount.containerPath().length())
                        .reversed())
                .toList();
    }

    static Program program(ContainerStart start) {
        var rewriting = new PathRewriting(start.mounts());
        var env = new TreeMap<String, String>();
        start.builtInPaths().forEach((name, path) -> env.put(name, path));
        env.putAll(start.env());
        env.replaceAll((name, value) -> rewriting.rewrite(value));
        List<String> command = start.command().stream().map(rewriting::rewrite).toList();
        Path folder = Path.of(rewriting.rewrite(start.workingDirectory()));
        return new Program(
                command, Map.copyOf(env), Files.isDirectory(folder) ? Optional.of(folder) : Optional.empty());
    }

    /** In one pass, so that a folder of this machine that looks like a container path is not rewritten again. */
    String rewrite(String text) {
        if (deepestFirst.isEmpty()) {
            return text;
        }
        String alternatives = String.join(
                "|",
                deepestFirst.stream()
                        .map(mount -> Pattern.quote(mount.containerPath()))
                        .toList());
        // Not in the middle of a longer name or path: "/data" is neither "/data2" nor the end of "/my/data".
        Pattern paths = Pattern.compile("(?<![-\\w./])(" + alternatives + ")(?![-\\w.])");
        return paths.matcher(text).replaceAll(match -> Matcher.quoteReplacement(source(match.group())));
    }

    private String source(String containerPath) {
        for (Mount mount : deepestFirst) {
            if (mount.containerPath().equals(containerPath)) {
                return mount.source().toString();
            }
        }
        return containerPath;
    }
}
