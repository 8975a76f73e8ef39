package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesCluster;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The manifests, as kubectl applies them to a real API server. */
@KubernetesTest
class InstallIT {
    private static Kubectl kubectl;

    private static String manifestsWithoutNamespace;

    @BeforeAll
    static void use(KubernetesCluster cluster) {
        kubectl = cluster.kubectl();
        manifestsWithoutNamespace = Arrays.stream(
                        kubectl.run("kustomize", Manifests.ROOT.toString()).split("---\n", -1))
                .filter(document -> !document.contains("kind: Namespace\n"))
                .collect(Collectors.joining("---\n"));
        installCertManagerKinds();
    }

    static List<String> overlays() throws IOException {
        return Manifests.overlays();
    }

    /** All but the namespace, whose end takes a controller several seconds; its beginning and end are one test below. */
    @AfterEach
    void uninstallFromItsNamespace() {
        kubectl.runWith(manifestsWithoutNamespace, "delete", "--ignore-not-found", "-f", "-");
        // What the overlay "mandatory" adds.
        kubectl.run(
                "delete",
                "validatingadmissionpolicies,validatingadmissionpolicybindings",
                "slipway-mandatory",
                "--ignore-not-found");
    }

    @AfterAll
    static void uninstall() {
        kubectl.run("delete", "-k", Manifests.ROOT.toString(), "--ignore-not-found");
    }

    @Test
    @Tag(OldestKubernetes.TAG)
    void oneCommandInstallsEverythingAndAnotherOneLeavesNothingOfIt() {
        uninstall();
        List<String> before = Inventory.of(kubectl);

        String applied = apply(Manifests.ROOT);
        uninstall();

        assertThat(applied.lines()).hasSize(18).allMatch(line -> line.endsWith("created"));
        assertThat(Inventory.of(kubectl)).isSubsetOf(before);
    }

    @Test
    void thePlainFilesCanBeAppliedOneByOneAsWell() {
        String applied = kubectl.run("apply", "-f", Manifests.BASE.toString());

        assertThat(applied.lines()).hasSize(18);
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

    @ParameterizedTest
    @MethodSource("overlays")
    void everyOverlayIsAccepted(String name, @TempDir Path folder) {
        Path overlay = folderOf(name, folder);

        String applied = kubectl.run("apply", "-k", overlay.toString());
        String planned = kubectl.run(
                "apply", "--server-side", "--dry-run=server", "--force-conflicts", "-k", overlay.toString());

        assertThat(applied.lines()).isNotEmpty();
        assertThat(planned.lines()).hasSameSizeAs(applied.lines().toList());
    }

    private String apply(Path folder) {
        return kubectl.run("apply", "-k", folder.toString());
    }

    /** cert-manager itself does not run here; its kinds, which the API server must know, do without it. */
    private static void installCertManagerKinds() {
        kubectl.run("apply", "-f", Manifests.resource("cert-manager-kinds.yaml").toString());
        kubectl.run("wait", "--for=condition=Established", "--all", "customresourcedefinitions", "--timeout=60s");
    }

    private static Path folderOf(String overlay, Path temporary) {
        return overlay.equals("own-certificate") ? OwnCertificate.prepare(temporary) : Manifests.overlay(overlay);
    }
}
