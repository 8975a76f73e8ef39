package dev.slipway.testkit.kubelet;

import dev.slipway.testkit.process.Program;
import java.io.IOException;

/** How a container gets to see its files under the paths that the pod names. */
public enum Isolation {
    /**
     * A mount name space with a root of its own: the image's files, the volumes at their paths, a read-only root if the
     * pod asks for it, {@code /usr}, {@code /lib} and the like of this machine (read-only), nothing else of it.
     * Container paths are real. Needs Linux, and root or unprivileged user name spaces. Only under root do the pod's
     * user and groups take effect; otherwise the process sees itself as root of its user name space.
     */
    MOUNT_NAMESPACE {
        @Override
        Program program(ContainerStart start) {
            return MountNamespace.program(start);
        }
    },

    /**
     * No isolation, for macOS and locked-down machines: in command, arguments and environment, each text that is a
     * mounted path, or starts with one, is rewritten to the folder behind it. A path that is built into the program
     * reaches it only by the variable that {@link LocalImage#builtInPaths} names. The user, the read-only root and
     * read-only mounts have no effect.
     */
    REWRITTEN_PATHS {
        @Override
        Program program(ContainerStart start) {
            return PathRewriting.program(start);
        }
    };

    abstract Program program(ContainerStart start);

    /** The nearest to a real container that works on this machine. */
    public static Isolation best() {
        try {
            return MountNamespace.works() ? MOUNT_NAMESPACE : REWRITTEN_PATHS;
        } catch (IOException noSuchProgram) {
            return REWRITTEN_PATHS;
        }
    }
}
