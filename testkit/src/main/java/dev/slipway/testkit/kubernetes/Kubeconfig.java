package dev.slipway.testkit.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Writes the file that tells a client where the API server is, whom to trust and who it is. */
final class Kubeconfig {
    private Kubeconfig() {}

    /** @param authority PEM file with the certificate that the server is verified by */
    static Path write(Path file, URI server, Path authority, String token) {
        String text = """
                apiVersion: v1
                kind: Config
                clusters:
                  - name: test
                    cluster:
                      server: %s
                      certificate-authority: %s
                users:
                  - name: test
                    user:
                      token: %s
                contexts:
                  - name: test
                    context:
                      cluster: test
                      user: test
                current-context: test
                """.formatted(server, authority, token);
        try {
            var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
            Files.deleteIfExists(file);
            return Files.writeString(Files.createFile(file, ownerOnly), text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
