package dev.slipway.testkit.kubelet;

import java.nio.file.Path;

/** A file or folder of this machine, and where a container sees it. */
record Mount(Path source, String containerPath, boolean readOnly) {}
