package dev.slipway.e2e;

import dev.slipway.e2e.cluster.Installation;
import dev.slipway.testkit.kubelet.LocalImage;
import dev.slipway.testkit.kubernetes.KubernetesCluster;
import java.nio.file.Path;
import java.util.Map;

/** The installations that most tests need. */
final class Slipway {
    private Slipway() {}

    /** As the README says. */
    static Installation install(KubernetesCluster cluster) {
        return install(cluster, Map.of());
    }

    /** @param moreImages beside those that the manifests and the example name */
    static Installation install(KubernetesCluster cluster, Map<String, LocalImage> moreImages) {
        return Installation.start(cluster, Manifests.ROOT, moreImages);
    }

    /**
     * With the overlay for certificates from elsewhere.
     *
     * @param temporary a folder for copies of the manifests
     */
    static Installation installWithOwnCertificate(KubernetesCluster cluster, Path temporary) {
        Path overlay = OwnCertificate.prepare(temporary);
        Installation slipway = Installation.start(cluster, overlay, Map.of());
        OwnCertificate.publish(slipway.kubectl(), overlay);
        return slipway;
    }

    /** After a test that took the configurations away, or softened them: applying alone leaves what others have added. */
    static void reinstall(Installation slipway) {
        slipway.kubectl()
                .run(
                        "delete",
                        "mutatingwebhookconfigurations,validatingwebhookconfigurations",
                        "slipway-webhook",
                        "--ignore-not-found");
        slipway.apply();
        OwnCertificate.publish(slipway.kubectl(), slipway.manifests());
        slipway.awaitReady();
    }
}
