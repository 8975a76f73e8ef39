package dev.slipway.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contract.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateFilesTest {
    private static final ServingNames NAMES = new ServingNames(List.of("localhost"), List.of("127.0.0.1"));

    @TempDir
    private Path directory;

    private final CertificateAuthority authority = CertificateAuthority.create(Duration.ofDays(30), Clock.systemUTC());
    private final ServingCertificate serving = authority.issueServing(NAMES, Duration.ofDays(1), Clock.systemUTC());

    @Test
    void keysAreForTheOwnerOnlyAndNothingElseIsLeft() throws Exception {
        var files = new CertificateFiles(directory.resolve("new/folder"));

        files.write(authority, serving);

        assertThat(modes(files.directory()))
                .isEqualTo(Map.of(
                        "ca.crt", "rw-r--r--", "ca.key", "rw-------", "tls.crt", "rw-r--r--", "tls.key", "rw-------"));
    }

    @Test
    void whatIsWrittenIsReadBack() throws Exception {
        var files = new CertificateFiles(directory);
        var problems = new Problems();

        files.write(authority, serving);

        assertThat(files.readAuthority(problems)).hasValue(authority);
        assertThat(files.readServingNames(problems)).hasValue(NAMES);
        assertThat(problems.isEmpty()).isTrue();
    }

    @Test
    void failureInTheMiddleLeavesTheOldFiles() throws Exception {
        var files = new CertificateFiles(directory);
        files.write(authority, serving);
        String before = Files.readString(files.file(CertificateFiles.CA_CERTIFICATE));
        Files.delete(files.file(CertificateFiles.CA_KEY));
        Files.createDirectories(files.file(CertificateFiles.CA_KEY).resolve("in the way"));

        var next = CertificateAuthority.create(Duration.ofDays(30), Clock.systemUTC());
        assertThatThrownBy(() -> files.writeAuthority(CertificateBundle.of(authority.certificate()), next))
                .isInstanceOf(IOException.class);

        assertThat(files.file(CertificateFiles.CA_CERTIFICATE)).hasContent(before.stripTrailing());
        assertThat(modes(directory)).containsOnlyKeys("ca.crt", "ca.key", "tls.crt", "tls.key");
    }

    @Test
    void everyMissingFileIsNamed() {
        var problems = new Problems();

        new CertificateFiles(directory).readAuthority(problems);

        assertThat(problems.describe("x")).contains("ca.crt does not exist").contains("ca.key does not exist");
    }

    @Test
    void opensslAcceptsTheChain() throws Exception {
        Assumptions.assumeTrue(run("openssl", "version") == 0, "openssl is not installed");
        new CertificateFiles(directory).write(authority, serving);

        assertThat(verify("localhost", "ca.crt")).isZero();
        assertThat(verify("elsewhere", "ca.crt")).isNotZero();
    }

    @Test
    void opensslAcceptsTheChainDuringARollover() throws Exception {
        Assumptions.assumeTrue(run("openssl", "version") == 0, "openssl is not installed");
        var files = new CertificateFiles(directory);
        files.write(authority, serving);
        var next = CertificateAuthority.create(Duration.ofDays(30), Clock.systemUTC());

        files.writeAuthority(CertificateBundle.of(authority.certificate()), next);

        assertThat(verify("localhost", "ca.crt")).as("old leaf").isZero();
        files.writeServing(next.issueServing(NAMES, Duration.ofDays(1), Clock.systemUTC()));
        assertThat(verify("localhost", "ca.crt")).as("new leaf").isZero();
    }

    private int verify(String name, String bundle) throws Exception {
        return run(
                "openssl",
                "verify",
                "-x509_strict",
                "-purpose",
                "sslserver",
                "-verify_hostname",
                name,
                "-CAfile",
                directory.resolve(bundle).toString(),
                directory.resolve("tls.crt").toString());
    }

    private static int run(String... command) throws Exception {
        try {
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        } catch (IOException notInstalled) {
            return 127;
        }
    }

    private static Map<String, String> modes(Path directory) throws IOException {
        var modes = new TreeMap<String, String>();
        try (var entries = Files.list(directory)) {
            for (Path entry : entries.toList()) {
                modes.put(
                        entry.getFileName().toString(),
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(entry)));
            }
        }
        return modes;
    }
}
