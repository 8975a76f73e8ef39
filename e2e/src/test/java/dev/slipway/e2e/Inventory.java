package dev.slipway.e2e;

import dev.slipway.testkit.kubernetes.Kubectl;
import java.util.List;

/** The names of everything that may have been left behind, cluster-wide and in every namespace. */
final class Inventory {
    private static final String KINDS =
            "namespaces,serviceaccounts,roles,rolebindings,clusterroles,clusterrolebindings,"
                    + "configmaps,secrets,services,deployments,replicasets,pods,poddisruptionbudgets,networkpolicies,"
                    + "validatingadmissionpolicies,validatingadmissionpolicybindings,"
                    + "mutatingwebhookconfigurations,validatingwebhookconfigurations";

    private Inventory() {}

    /** Sorted, each as kind/name. */
    static List<String> of(Kubectl kubectl) {
        return kubectl.run("get", KINDS, "--all-namespaces", "-o", "name")
                .lines()
                .sorted()
                .toList();
    }
}
