package dev.slipway.testkit.kubernetes;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The folder that holds the programs of one Kubernetes version.
 *
 * @param folder has etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kubectl
 */
public record KubeBinaries(Path folder) {
    /** The variable that names the folder; Kubernetes' own test tools use the same. */
    public static final String VARIABLE = "KUBEBUILDER_ASSETS";

    /** What a person types to get the programs. */
    public static final String HOW_TO_GET =
            "run: export " + VARIABLE + "=\"$(.ci/kube/get)\" (builds them once, from their Go modules)";

    private static final List<String> PROGRAMS =
            List.of("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl");

    /**
     * The folder that {@value #VARIABLE} names.
     *
     * @throws MissingBinariesException if the variable is not set, or a program is not there
     */
    public static KubeBinaries find(Map<String, String> environment) {
        String folder = environment.getOrDefault(VARIABLE, "");
        if (folder.isEmpty()) {
            throw new MissingBinariesException(
                    "no Kubernetes control plane: " + VARIABLE + " is not set; " + HOW_TO_GET);
        }
        var binaries = new KubeBinaries(Path.of(folder));
        List<String> missing = PROGRAMS.stream()
                .filter(program -> !Files.isExecutable(binaries.program(program)))
                .toList();
        if (!missing.isEmpty()) {
            throw new MissingBinariesException(
                    VARIABLE + " is " + folder + ", which lacks " + String.join(", ", missing) + "; " + HOW_TO_GET);
        }
        return binaries;
    }

    Path program(String name) {
        return folder.resolve(name);
    }

    /** The message says what is missing and how to get it. */
    public static final class MissingBinariesException extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        MissingBinariesException(String message) {
            super(message);
        }
    }
}
