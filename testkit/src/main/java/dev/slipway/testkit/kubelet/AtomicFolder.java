package dev.slipway.testkit.kubelet;

import dev.slipway.testkit.files.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A folder whose files change all at once, laid out as the kubelet does: {@code KEY} links to {@code ..data/KEY}, and
 * {@code ..data} links to a folder with the time in its name. Programs that list the folder, or watch it, see just that.
 */
final class AtomicFolder {
    private static final String DATA = "..data";

    private final Path folder;
    private final OptionalInt group;
    private int writes;

    /** @param group the pod's fsGroup */
    AtomicFolder(Path folder, OptionalInt group) {
        this.folder = folder;
        this.group = group;
    }

    /** Makes these the folder's files. */
    void write(Map<String, VolumeFile> files) throws IOException {
        Files.createDirectories(folder);
        FileModes.chmod(folder, 0755);
        Path fresh = Files.createDirectory(folder.resolve("..fresh_" + ++writes));
        FileModes.chmod(fresh, 0755);
        for (Map.Entry<String, VolumeFile> each : files.entrySet()) {
            writeFile(fresh.resolve(each.getKey()), each.getValue());
        }
        Path previous = folder.resolve(DATA);
        Path old = Files.exists(previous) ? previous.toRealPath() : null;
        swap(fresh, previous);
        link(files);
        if (old != null) {
            Folders.delete(old);
        }
    }

    private void writeFile(Path path, VolumeFile file) throws IOException {
        Path parent = Folders.parent(path);
        Files.createDirectories(parent);
        FileModes.chmod(parent, 0755);
        file.writeTo(path);
        FileModes.chmod(path, group.isPresent() ? file.mode() | 0440 : file.mode());
        FileModes.chgrp(path, group);
    }

    private void swap(Path fresh, Path data) throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("..data_new"), fresh.getFileName());
        Files.move(link, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** One link for each first element of a path, and none for those that are gone. */
    private void link(Map<String, VolumeFile> files) throws IOException {
        var wanted = new TreeSet<String>();
        files.keySet().forEach(path -> wanted.add(Path.of(path).getName(0).toString()));
        try (Stream<Path> present = Files.list(folder)) {
            for (Path each : present.toList()) {
                String name = each.getFileName().toString();
                if (!name.startsWith("..") && !wanted.contains(name)) {
                    Files.delete(each);
                }
            }
        }
        for (String name : wanted) {
            Path link = folder.resolve(name);
            if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
                Files.createSymbolicLink(link, Path.of(DATA, name));
            }
        }
    }
}
