package dev.slipway.testkit.kubernetes;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A cluster that exists already, with nodes that run pods: kind, k3d or any other that {@value #VARIABLE} names. Tests
 * change it as its administrator; it should be disposable.
 */
public record GivenCluster(Path kubeconfig, Kubectl kubectl) implements KubernetesCluster {
    /** The variable with the path of a kubeconfig, whose current context is an administrator's. */
    public static final String VARIABLE = "SLIPWAY_E2E_KUBECONFIG";

    /**
     * The cluster that {@value #VARIABLE} names; empty if the variable is not set.
     *
     * @throws IllegalStateException if there is no such file, or no kubectl in {@value KubeBinaries#VARIABLE} or on the
     *     PATH
     */
    public static Optional<GivenCluster> find(Map<String, String> environment) {
        String text = environment.getOrDefault(VARIABLE, "");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Path kubeconfig = Path.of(text);
        if (!Files.isReadable(kubeconfig)) {
            throw new IllegalStateException(VARIABLE + " is " + text + "; expected a kubeconfig that can be read");
        }
        return Optional.of(new GivenCluster(kubeconfig, Kubectl.withUsersCache(program(environment), kubeconfig)));
    }

    private static Path program(Map<String, String> environment) {
        String assets = environment.getOrDefault(KubeBinaries.VARIABLE, "");
        String path = environment.getOrDefault("PATH", "");
        return Stream.concat(Stream.of(assets), Arrays.stream(path.split(File.pathSeparator, -1)))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "kubectl"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "no kubectl on the PATH or in " + KubeBinaries.VARIABLE + ", and " + VARIABLE + " is set"));
    }

    @Override
    public Optional<KubeApiServer> own() {
        return Optional.empty();
    }
}
