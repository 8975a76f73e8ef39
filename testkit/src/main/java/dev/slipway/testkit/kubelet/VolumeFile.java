package dev.slipway.testkit.kubelet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The content of a file in a volume. */
final class VolumeFile {
    private final byte[] content;
    private final int mode;

    /** @param mode permission bits, as in 0644 */
    VolumeFile(byte[] content, int mode) {
        this.content = content.clone();
        this.mode = mode;
    }

    int mode() {
        return mode;
    }

    void writeTo(Path path) throws IOException {
        Files.write(path, content);
    }
}
