package dev.slipway.webhook.injection;

import dev.slipway.contract.Setting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What belongs to the process in our containers alone, and never comes from a container of the application. */
final class OwnProcess {
    /**
     * They load code into every JVM or program, or replace its options; the application's agents are not in our image.
     */
    static final List<String> LOADERS = List.of(
            "JAVA_TOOL_OPTIONS",
            "JDK_JAVA_OPTIONS",
            "_JAVA_OPTIONS",
            "OPENJ9_JAVA_OPTIONS",
            "IBM_JAVA_OPTIONS",
            "JAVA_OPTS",
            "CLASSPATH",
            "LD_PRELOAD",
            "LD_LIBRARY_PATH",
            "LD_AUDIT",
            "LD_DEBUG",
            "GLIBC_TUNABLES",
            "SLIPWAY_JAVA",
            "SLIPWAY_AOT");

    /** They name folders and the character set of the application's image; these are right for ours. */
    private static final Map<String, String> LAYOUT = Map.of(
            "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME", MigratorContainers.TMP,
            "TMPDIR", MigratorContainers.TMP,
            "JAVA_HOME", "",
            "LC_ALL", "C.UTF-8");

    /** The loader's own variables: each new one of glibc is one more way to replace what runs. */
    private static final Set<String> FAMILIES = Set.of(Setting.ENV_PREFIX, "LD_", "LC_");

    /** The folder of the migrator in its image. */
    static final String HOME = "/opt/slipway";

    /** A mount at, above or below one of these would hide or replace the migrator or its runtime. */
    static final List<String> RUNTIME = List.of(
            HOME,
            "/opt/java",
            "/usr/bin",
            "/usr/lib",
            "/usr/lib64",
            "/bin",
            "/lib",
            "/lib64",
            "/etc/ld.so.preload",
            "/etc/ld.so.cache",
            "/proc",
            "/sys");

    private OwnProcess() {}

    /** Whether the variable is about our process, whatever a container of the application says. */
    static boolean governs(String variable) {
        return LOADERS.contains(variable)
                || LAYOUT.containsKey(variable)
                || variable.equals("LANG")
                || FAMILIES.stream().anyMatch(variable::startsWith);
    }

    /**
     * Values that leave our process as its image has it. A variable in {@code env} wins over one from {@code envFrom},
     * which the webhook cannot see.
     */
    static Map<String, String> neutral() {
        var neutral = new LinkedHashMap<String, String>();
        LOADERS.forEach(name -> neutral.put(name, ""));
        LAYOUT.keySet().stream().sorted().forEach(name -> neutral.put(name, LAYOUT.get(name)));
        return neutral;
    }

    static boolean isHiddenBy(String mountPath) {
        String folder = mountPath.length() > 1 && mountPath.endsWith("/")
                ? mountPath.substring(0, mountPath.length() - 1)
                : mountPath;
        return RUNTIME.stream()
                .anyMatch(root -> MigrationsPath.isInside(root, folder) || MigrationsPath.isInside(folder, root));
    }
}
