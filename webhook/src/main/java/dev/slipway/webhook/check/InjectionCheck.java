package dev.slipway.webhook.check;

import dev.slipway.webhook.injection.OwnContainers;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks the API server, by a dry run, for a pod that opts in: its whole way through webhook and gate, and nothing created. */
public final class InjectionCheck {
    /** Meets the strictest Pod Security level. The label is for clusters before 1.30, where it selects the pod. */
    private static final String POD = """
            {"apiVersion":"v1","kind":"Pod","metadata":{"generateName":"slipway-check-",
            "labels":{"slipway.dev/migrate":"true"},"annotations":{"slipway.dev/migrate":"true",
            "slipway.dev/migrations-from":"image","slipway.dev/database-secret":"slipway-check"}},
            "spec":{"automountServiceAccountToken":false,
            "securityContext":{"runAsNonRoot":true,"runAsUser":65532,"seccompProfile":{"type":"RuntimeDefault"}},
            "containers":[{"name":"application","image":"registry.k8s.io/pause:3.10",
            "securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}}]}}
            """;

    private InjectionCheck() {}

    /** Blocks for some seconds at most. Empty if the pod would be injected, otherwise what happened instead. */
    public static Optional<String> problem(KubernetesClient client, String namespace) {
        try {
            return judge(client.raw("/api/v1/namespaces/" + namespace + "/pods?dryRun=All", "POST", POD), namespace);
        } catch (KubernetesClientException refused) {
            String status =
                    refused.getStatus() == null ? null : refused.getStatus().getMessage();
            String message = status == null ? String.valueOf(refused.getMessage()) : status;
            return Optional.of("the API server refused a pod that opts in, in namespace " + namespace + ": " + message
                    + LimitRangeAdvice.of(message));
        }
    }

    /** @param created the pod that the API server answered with */
    static Optional<String> judge(String created, String namespace) {
        try {
            for (JsonNode container : new JsonMapper().readTree(created).at("/spec/initContainers")) {
                if (container.path("name").asString("").equals(OwnContainers.MIGRATE)) {
                    return Optional.empty();
                }
            }
        } catch (JacksonException malformed) {
            return Optional.of(
                    "the API server answered with something that is no pod: " + malformed.getOriginalMessage());
        }
        return Optional.of("a pod that opts in would start in namespace " + namespace + " without the init container "
                + OwnContainers.MIGRATE
                + ". Check that the MutatingWebhookConfiguration slipway-webhook exists and that "
                + "its namespaceSelector covers the namespace");
    }
}
