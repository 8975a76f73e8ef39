package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.kubernetes.KubeApiServer;
import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The manifests, as kubectl applies them to a real API server. */
@KubernetesTest
class InstallIT {
    /** Everything that somebody may have left behind, cluster-wide and in our namespace. */
    private static final String ALL_KINDS =
            "namespaces,serviceaccounts,roles,rolebindings,clusterroles,clusterrolebindings,"
                    + "configmaps,secrets,services,deployments,poddisruptionbudgets,networkpolicies,"
                    + "validatingadmissionpolicies,validatingadmissionpolicybindings,"
                    + "mutatingwebhookconfigurations,validatingwebhookconfigurations";

    private final Kubectl kubectl;

    InstallIT(KubeApiServer server) {
        kubectl = server.kubectl();
    }

    static List<String> overlays() throws IOException {
        return Manifests.overlays();
    }

    @AfterEach
    void uninstall() {
        kubectl.run("delete", "-k", Manifests.ROOT.toString(), "--ignore-not-found");
    }

    @Test
    void oneCommandInstallsEverything() {
        String applied = apply(Manifests.ROOT);

        assertThat(applied.lines()).hasSize(14).allMatch(line -> line.endsWith("created"));
    }

    @Test
    void thePlainFilesCanBeAppliedOneByOneAsWell() {
        String applied = kubectl.run("apply", "-f", Manifests.BASE.toString());

        assertThat(applied.lines()).hasSize(14);
    }

    @Test
    void applyingAgainWouldChangeNothing() {
        apply(Manifests.ROOT);

        Kubectl.Result difference = kubectl.tryRun("diff", "-k", Manifests.ROOT.toString());

        assertThat(difference.exitCode()).as(difference.text()).isZero();
    }

    /** Server-side apply is how GitOps tools install; a field manager of its own must meet no conflict. */
    @Test
    void serverSideApplyWorksFromNothingAndAgain() {
        kubectl.run("apply", "--server-side", "-k", Manifests.ROOT.toString());

        kubectl.run("apply", "--server-side", "-k", Manifests.ROOT.toString());
    }

    @Test
    void theApiServerWarnsOfNothing() {
        apply(Manifests.ROOT);

        Kubectl.Result again = kubectl.tryRun(
                "apply", "--server-side", "--force-conflicts", "--warnings-as-errors", "-k", Manifests.ROOT.toString());

        assertThat(again.exitCode()).as(again.text()).isZero();
    }

    @Test
    void uninstallLeavesNothing() {
        List<String> before = objects();
        apply(Manifests.ROOT);

        kubectl.run("delete", "-k", Manifests.ROOT.toString());

        assertThat(objects()).containsExactlyInAnyOrderElementsOf(before);
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void everyOverlayIsAccepted(String name, @TempDir Path folder) {
        Path overlay = folderOf(name, folder);
        installCertManagerKinds();

        String applied = kubectl.run("apply", "-k", overlay.toString());
        String planned = kubectl.run(
                "apply", "--server-side", "--dry-run=server", "--force-conflicts", "-k", overlay.toString());

        assertThat(applied.lines()).isNotEmpty();
        assertThat(planned.lines()).hasSameSizeAs(applied.lines().toList());
        kubectl.run("delete", "-k", overlay.toString());
    }

    private String apply(Path folder) {
        return kubectl.run("apply", "-k", folder.toString());
    }

    /** Without what the control plane itself adds and removes while a namespace comes and goes. */
    private List<String> objects() {
        return kubectl.run("get", ALL_KINDS, "--all-namespaces", "-o", "name")
                .lines()
                .sorted()
                .toList();
    }

    /** cert-manager itself does not run here; its kinds, which the API server must know, do without it. */
    private void installCertManagerKinds() {
        kubectl.run("apply", "-f", Manifests.resource("cert-manager-kinds.yaml").toString());
        kubectl.run("wait", "--for=condition=Established", "--all", "customresourcedefinitions", "--timeout=60s");
    }

    private static Path folderOf(String overlay, Path temporary) {
        return overlay.equals("own-certificate") ? OwnCertificate.prepare(temporary) : Manifests.overlay(overlay);
    }
}
