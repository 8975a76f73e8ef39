package dev.slipway.certs;

import dev.slipway.contract.Problems;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A folder with a CA and a serving certificate, under the names that Kubernetes' TLS Secrets use. {@code ca.crt} may
 * hold several certificates, the CA that signs first.
 *
 * @param directory need not exist before the first write
 */
public record CertificateFiles(Path directory) {
    public static final String CA_CERTIFICATE = "ca.crt";
    public static final String CA_KEY = "ca.key";
    public static final String SERVING_CERTIFICATE = "tls.crt";
    public static final String SERVING_KEY = "tls.key";

    private static final List<String> ALL = List.of(CA_CERTIFICATE, CA_KEY, SERVING_CERTIFICATE, SERVING_KEY);
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    public Path file(String name) {
        return directory.resolve(name);
    }

    /** Which of the four files are there. */
    public List<Path> existing() {
        return ALL.stream()
                .map(this::file)
                .filter(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS))
                .toList();
    }

    /** The CA that signs: the first certificate of {@code ca.crt}, with its key. Empty if a problem was added. */
    public Optional<CertificateAuthority> readAuthority(Problems problems) {
        Optional<CertificateBundle> bundle = readBundle(problems);
        Path keyFile = file(CA_KEY);
        var key = read(keyFile, problems).flatMap(text -> Pem.privateKey(text, keyFile.toString(), problems));
        return bundle.flatMap(trusted -> key.flatMap(found -> CertificateAuthority.of(
                trusted.certificates().get(0), found, file(CA_CERTIFICATE) + " with " + CA_KEY, problems)));
    }

    /** Everything in {@code ca.crt}. Empty if a problem was added. */
    public Optional<CertificateBundle> readBundle(Problems problems) {
        Path file = file(CA_CERTIFICATE);
        return read(file, problems).flatMap(text -> CertificateBundle.parse(text, file.toString(), problems));
    }

    /** The names in {@code tls.crt}; its key need not be there. Empty if a problem was added. */
    public Optional<ServingNames> readServingNames(Problems problems) {
        Path file = file(SERVING_CERTIFICATE);
        return read(file, problems)
                .flatMap(text -> Pem.certificates(text, file.toString(), problems).stream()
                        .findFirst())
                .flatMap(leaf -> ServingNames.parse(
                        CertificateText.dnsNames(leaf), CertificateText.ipAddresses(leaf), problems));
    }

    /** Writes the bundle with the key of its first certificate. See {@link #writeAll} for what a failure leaves. */
    public void writeAuthority(CertificateBundle bundle, CertificateAuthority signing) throws IOException {
        writeAll(authorityContents(bundle, signing));
    }

    /** Writes the serving certificate. See {@link #writeAll} for what a failure leaves. */
    public void writeServing(ServingCertificate serving) throws IOException {
        writeAll(servingContents(serving));
    }

    /** Writes all four. See {@link #writeAll} for what a failure leaves. */
    public void write(CertificateAuthority authority, ServingCertificate serving) throws IOException {
        var contents = new LinkedHashMap<>(authorityContents(CertificateBundle.of(authority.certificate()), authority));
        contents.putAll(servingContents(serving));
        writeAll(contents);
    }

    /** The text of a file; empty if a problem was added. */
    public static Optional<String> read(Path file, Problems problems) {
        try {
            // One character for each byte: PEM is ASCII, and other content must not fail here but be named later.
            return Optional.of(withoutDecoding(Files.readAllBytes(file)));
        } catch (NoSuchFileException missing) {
            problems.add(file.toString(), "does not exist");
        } catch (IOException failure) {
            problems.add(
                    file.toString(),
                    "can't be read: " + (Files.isDirectory(file) ? "it is a directory" : failure.getMessage()));
        }
        return Optional.empty();
    }

    private static String withoutDecoding(byte[] content) {
        String utf8 = new String(content, StandardCharsets.UTF_8);
        return utf8.startsWith("\uFEFF") ? utf8 : new String(content, StandardCharsets.ISO_8859_1);
    }

    private static Map<String, String> authorityContents(CertificateBundle bundle, CertificateAuthority signing) {
        var contents = new LinkedHashMap<String, String>();
        contents.put(CA_KEY, Pem.write(signing.key()));
        contents.put(CA_CERTIFICATE, bundle.withFirst(signing.certificate()).toPem());
        return contents;
    }

    private static Map<String, String> servingContents(ServingCertificate serving) {
        var contents = new LinkedHashMap<String, String>();
        contents.put(SERVING_KEY, Pem.write(serving.key()));
        contents.put(SERVING_CERTIFICATE, Pem.write(serving.certificate()));
        return contents;
    }

    /**
     * Writes every file under a temporary name, forces it to the disk and only then renames them: a full disk or a kill
     * leaves the old files, and a reader never sees half of one. Between two renames a reader may see a new key with an
     * old certificate, so a server that watches the folder compares them and tries again.
     */
    private void writeAll(Map<String, String> contents) throws IOException {
        Files.createDirectories(directory);
        var written = new LinkedHashMap<Path, Path>();
        try {
            for (Map.Entry<String, String> each : contents.entrySet()) {
                Path temporary = Files.createTempFile(directory, "." + each.getKey(), ".new", ownerOnly());
                written.put(temporary, file(each.getKey()));
                writeAndForce(temporary, each.getValue());
                if (!each.getKey().endsWith(".key")) {
                    makeReadable(temporary);
                }
            }
            for (Map.Entry<Path, Path> each : written.entrySet()) {
                Files.move(each.getKey(), each.getValue(), StandardCopyOption.ATOMIC_MOVE);
            }
        } finally {
            for (Path temporary : written.keySet()) {
                Files.deleteIfExists(temporary);
            }
        }
    }

    private static void writeAndForce(Path file, String content) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            var bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private FileAttribute<?>[] ownerOnly() {
        return isPosix()
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
    }

    private void makeReadable(Path file) throws IOException {
        if (isPosix()) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        }
    }

    private boolean isPosix() {
        return directory.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
