package dev.slipway.testkit.kubelet;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Everything that starting a container needs, in container paths.
 *
 * @param mounts the image's files first, then the pod's volumes, then the file for the termination message
 * @param emptyFolder a folder of this machine if a root may be mounted
 * @param builtInPaths see {@link LocalImage}
 */
record ContainerStart(
        List<String> command,
        String workingDirectory,
        Map<String, String> env,
        List<Mount> mounts,
        Identity identity,
        boolean readOnlyRoot,
        Path emptyFolder,
        Map<String, String> builtInPaths) {
    /** Names neither arguments nor environment: both may hold secrets. */
    @Override
    public String toString() {
        return "container of " + command.get(0);
    }
}
