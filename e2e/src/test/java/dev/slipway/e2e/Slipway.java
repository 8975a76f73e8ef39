package dev.slipway.e2e;

import dev.slipway.e2e.cluster.Installation;
import dev.slipway.testkit.kubelet.LocalImage;
import dev.slipway.testkit.kubernetes.KubeApiServer;
import java.nio.file.Path;
import java.util.Map;

/** The installation that most tests need. */
final class Slipway {
    private Slipway() {}

    /** @param temporary a folder for copies of the manifests */
    static Installation install(KubeApiServer server, Path temporary) {
        return install(server, temporary, Map.of());
    }

    /** @param moreImages beside those that the manifests and the example name */
    static Installation install(KubeApiServer server, Path temporary, Map<String, LocalImage> moreImages) {
        Path overlay = OwnCertificate.prepare(temporary);
        Installation slipway = Installation.start(server, overlay, moreImages);
        OwnCertificate.publish(server.kubectl(), overlay);
        slipway.kubectl()
                .run(
                        "set",
                        "env",
                        "deployment/slipway-webhook",
                        "SLIPWAY_WEBHOOK_IMAGE_VOLUMES=on",
                        "--namespace=slipway-system");
        slipway.awaitReady();
        return slipway;
    }

    /** After a test that took something away. */
    static void reinstall(Installation slipway) {
        slipway.apply();
        OwnCertificate.publish(slipway.kubectl(), slipway.manifests());
        slipway.awaitReady();
    }
}
