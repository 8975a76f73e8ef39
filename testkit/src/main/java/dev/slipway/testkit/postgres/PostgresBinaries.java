package dev.slipway.testkit.postgres;

import dev.slipway.testkit.files.Folders;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The programs of one PostgreSQL version, unpacked into the temporary folder.
 *
 * <p>They are kept there for later runs, under the digest of their archive, and several JVMs may unpack at once: each
 * into its own folder, which is then renamed in one step.
 */
record PostgresBinaries(Path home) {
    Path program(String name) {
        return home.resolve("bin").resolve(name);
    }

    static PostgresBinaries unpacked(Major major) {
        String archive = major.folder() + "/" + archiveName();
        try {
            Path home = Path.of(
                    System.getProperty("java.io.tmpdir"),
                    "slipway-postgres-" + major.version() + "-" + System.getProperty("user.name") + "-"
                            + digest(major, archive));
            if (!Files.isDirectory(home, LinkOption.NOFOLLOW_LINKS)) {
                unpack(major, archive, home);
            }
            refuseForeign(home);
            return new PostgresBinaries(home);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot unpack " + major + " from " + archive, failed);
        }
    }

    /** The temporary folder is open to every user: only our own programs are run from it. */
    private static void refuseForeign(Path home) throws IOException {
        Path mine = Files.createTempFile("slipway-owner-", "");
        try {
            if (!Files.getOwner(home, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(mine))) {
                throw new IOException(home + " belongs to another user");
            }
        } finally {
            Files.delete(mine);
        }
    }

    private static void unpack(Major major, String archive, Path home) throws IOException {
        Path unfinished = Files.createTempDirectory("slipway-postgres-");
        try (InputStream in = open(major, archive);
                var tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(in)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                writeEntry(tar, entry, unfinished);
            }
            Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException failed) {
            Folders.delete(unfinished);
            if (!Files.isDirectory(home)) {
                throw failed;
            }
            // Another JVM was quicker; its folder has the same content.
        }
    }

    private static void writeEntry(TarArchiveInputStream tar, TarArchiveEntry entry, Path root) throws IOException {
        Path target = root.resolve(entry.getName()).normalize();
        if (!target.startsWith(root)) {
            throw new IOException("the archive holds a path outside its folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(Folders.parent(target));
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else {
            Files.copy(tar, target);
            boolean executable = (entry.getMode() & 0b001_000_000) != 0;
            Files.setPosixFilePermissions(
                    target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
        }
    }

    private static String digest(Major major, String archive) throws IOException {
        try (InputStream in = open(major, archive)) {
            var digest = MessageDigest.getInstance("SHA-256");
            new DigestInputStream(in, digest).transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static InputStream open(Major major, String archive) {
        InputStream in = PostgresBinaries.class.getResourceAsStream(archive);
        if (in == null) {
            throw new IllegalStateException("no binaries of " + major + " for this machine: " + archive
                    + " is not on the class path; the testkit's pom.xml knows the platforms");
        }
        return in;
    }

    private static String archiveName() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        String architecture = System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
        return "postgres-" + system + "-" + architecture + ".txz";
    }
}
