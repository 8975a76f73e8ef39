package dev.slipway.e2e;

import dev.slipway.testkit.kubernetes.Kubectl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/** The overlay for certificates from elsewhere, prepared as its comment says. */
final class OwnCertificate {
    private OwnCertificate() {}

    /**
     * A copy of the manifests whose overlay has its three files.
     *
     * @param folder empty
     * @return what is to be applied
     */
    static Path prepare(Path folder) {
        Path overlay = Manifests.copyTo(folder).resolve("overlays/own-certificate");
        ServingFiles.create(overlay);
        return overlay;
    }

    /** Configures which CA the API server trusts. */
    static void publish(Kubectl kubectl, Path overlay) {
        try {
            String bundle = Base64.getEncoder().encodeToString(Files.readAllBytes(overlay.resolve("ca.crt")));
            for (String kind : List.of("mutating", "validating")) {
                kubectl.run(
                        "patch", kind + "webhookconfiguration", "slipway-webhook", "--type=json", "-p", """
                        [{"op":"add","path":"/webhooks/0/clientConfig/caBundle","value":"%s"}]""".formatted(
                                        bundle));
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
