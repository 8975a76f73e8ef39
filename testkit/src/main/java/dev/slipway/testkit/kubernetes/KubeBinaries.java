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

    /** The same for the oldest supported version, which some tests run on as well. */
    public static final String OLDEST_VARIABLE = "KUBEBUILDER_ASSETS_OLDEST";

    /** What a person types to get the programs. */
    public static final String HOW_TO_GET = "run: export " + VARIABLE + "=\"$(.ci/kube/get)\" " + OLDEST_VARIABLE
            + "=\"$(.ci/kube/get 1.30)\"" + " (builds them once, from their Go modules)";

    private static final List<String> PROGRAMS =
            List.of("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl");

    /**
     * The folder that {@value #VARIABLE} names.
     *
     * @throws MissingBinariesException if the variable is not set, or a program is not there
     */
    public static KubeBinaries find(Map<String, String> environment) {
        return find(VARIABLE, environment);
    }

    /** The same for the oldest version that is supported, named by {@value #OLDEST_VARIABLE}. */
    public static KubeBinaries findOldest(Map<String, String> environment) {
        return find(OLDEST_VARIABLE, environment);
    }

    private static KubeBinaries find(String variable, Map<String, String> environment) {
        String folder = environment.getOrDefault(variable, "");
        if (folder.isEmpty()) {
            throw new MissingBinariesException(
                    "no Kubernetes control plane: " + variable + " is not set; " + HOW_TO_GET);
        }
        var binaries = new KubeBinaries(Path.of(folder));
        List<String> missing = PROGRAMS.stream()
                .filter(program -> !Files.isExecutable(binaries.program(program)))
                .toList();
        if (!missing.isEmpty()) {
            throw new MissingBinariesException(
                    variable + " is " + folder + ", which lacks " + String.join(", ", missing) + "; " + HOW_TO_GET);
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
