package dev.slipway.testkit.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GivenClusterTest {
    @TempDir
    private Path folder;

    @Test
    void withoutTheVariableThereIsNone() {
        assertThat(GivenCluster.find(Map.of())).isEmpty();
        assertThat(GivenCluster.find(Map.of(GivenCluster.VARIABLE, ""))).isEmpty();
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> GivenCluster.find(Map.of(GivenCluster.VARIABLE, "/no/such/config")))
                .hasMessageContaining(GivenCluster.VARIABLE + " is /no/such/config; expected a kubeconfig");
    }

    @Test
    void kubectlComesFromTheFolderOfTheControlPlaneOrElseFromThePath() throws IOException {
        Path kubeconfig = Files.createFile(folder.resolve("config"));
        Path onPath = kubectlIn("bin");
        Path ofAssets = kubectlIn("assets");
        String path = folder.resolve("empty") + ":" + onPath.getParent();

        assertThat(find(kubeconfig, path, "").program()).isEqualTo(onPath);
        assertThat(find(kubeconfig, path, String.valueOf(ofAssets.getParent())).program())
                .isEqualTo(ofAssets);
        assertThatThrownBy(() -> find(kubeconfig, "", "")).hasMessageContaining("no kubectl on the PATH");
    }

    private static Kubectl find(Path kubeconfig, String path, String assets) {
        return GivenCluster.find(Map.of(
                        GivenCluster.VARIABLE, kubeconfig.toString(), "PATH", path, KubeBinaries.VARIABLE, assets))
                .orElseThrow()
                .kubectl();
    }

    private Path kubectlIn(String name) throws IOException {
        Path file = Files.createFile(Files.createDirectory(folder.resolve(name)).resolve("kubectl"));
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }
}
