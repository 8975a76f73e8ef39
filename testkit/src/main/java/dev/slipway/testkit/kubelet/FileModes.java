package dev.slipway.testkit.kubelet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.OptionalInt;

/** Permission bits and groups of files, numerically as pods name them. */
final class FileModes {
    private FileModes() {}

    static void chmod(Path path, int mode) throws IOException {
        Files.setAttribute(path, "unix:mode", mode);
    }

    /** Does nothing if this process is not root, who alone may give files away. */
    static void chgrp(Path path, OptionalInt group) throws IOException {
        if (group.isPresent() && isRoot(path)) {
            Files.setAttribute(path, "unix:gid", group.getAsInt(), LinkOption.NOFOLLOW_LINKS);
        }
    }

    /** @param own a file that this process made */
    static boolean isRoot(Path own) throws IOException {
        return Integer.valueOf(0).equals(Files.getAttribute(own, "unix:uid", LinkOption.NOFOLLOW_LINKS));
    }
}
