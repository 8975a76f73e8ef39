package dev.slipway.testkit.kubelet;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A container image as parts of this machine: which folders its files come from, and how it starts. Immutable: each
 * method returns a changed copy.
 *
 * @param files container paths and the files or folders of this machine that are there, as {@code COPY} lines of a
 *     Dockerfile would put them
 * @param entrypoint container paths and arguments; empty for an image that only carries files
 * @param env as {@code ENV} lines of a Dockerfile
 * @param user the numeric user; 0 is root
 * @param builtInPaths variables that tell the program another place for a path which it has built in. Set only if
 *     container paths have to be rewritten, and the pod does not set them itself, see {@link Isolation#REWRITTEN_PATHS}
 */
public record LocalImage(
        Map<String, Path> files,
        List<String> entrypoint,
        Map<String, String> env,
        int user,
        Map<String, String> builtInPaths) {
    /** The user of the "nonroot" images that are common as a base. */
    public static final int NON_ROOT = 65532;

    private static final Map<String, String> DEFAULT_ENV =
            Map.of("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");

    public LocalImage {
        files = Map.copyOf(files);
        entrypoint = List.copyOf(entrypoint);
        env = Map.copyOf(env);
        builtInPaths = Map.copyOf(builtInPaths);
    }

    /** An image without files that runs this machine's programs as a user that is not root. */
    public static LocalImage of(String... entrypoint) {
        return new LocalImage(Map.of(), List.of(entrypoint), DEFAULT_ENV, NON_ROOT, Map.of());
    }

    public LocalImage withFiles(String containerPath, Path source) {
        return new LocalImage(with(files, containerPath, source), entrypoint, env, user, builtInPaths);
    }

    public LocalImage withEnv(String name, String value) {
        return new LocalImage(files, entrypoint, with(env, name, value), user, builtInPaths);
    }

    public LocalImage withUser(int newUser) {
        return new LocalImage(files, entrypoint, env, newUser, builtInPaths);
    }

    public LocalImage withBuiltInPath(String variable, String containerPath) {
        return new LocalImage(files, entrypoint, env, user, with(builtInPaths, variable, containerPath));
    }

    private static <V> Map<String, V> with(Map<String, V> all, String key, V value) {
        var changed = new TreeMap<>(all);
        changed.put(key, value);
        return changed;
    }
}
