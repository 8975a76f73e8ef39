package dev.slipway.bench.webhook;

import dev.slipway.webhook.admission.AdmissionOutcome;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** AdmissionReviews for the creation of an opted-in pod, as kube-apiserver sends them. */
public enum PodReview {
    /** One container, nothing more than needed. */
    SMALL(1, 2, 0),
    /** An application with a sidecar, a few dozen variables, volumes, and its managed fields. */
    TYPICAL(2, 30, 4),
    /** About 1 MB: what a pod with everything inlined can grow to. */
    MEGABYTE(40, 250, 20),
    /** About 3 MB, the largest request that the API server reads; it asks webhooks before it validates and stores. */
    CONTAINERS(8_000, 0, 0),
    /** The same in variables. */
    VARIABLES(1, 28_000, 0),
    /** More annotations than a pod may have, all of them misspelt: refused. */
    ANNOTATIONS(1, 2, 0, 60_000);

    private final int containers;
    private final int variables;
    private final int volumes;
    private final int misspelt;

    PodReview(int containers, int variables, int volumes) {
        this(containers, variables, volumes, 0);
    }

    PodReview(int containers, int variables, int volumes, int misspelt) {
        this.containers = containers;
        this.variables = variables;
        this.volumes = volumes;
        this.misspelt = misspelt;
    }

    AdmissionOutcome outcome() {
        return misspelt == 0 ? AdmissionOutcome.INJECTED : AdmissionOutcome.DENIED;
    }

    String json() {
        return """
                {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
                  "uid": "705ab4f5-6393-11e8-b7cc-42010a800002", "operation": "CREATE", "namespace": "shop",
                  "kind": {"group": "", "version": "v1", "kind": "Pod"},
                  "resource": {"group": "", "version": "v1", "resource": "pods"},
                  "userInfo": {"username": "system:serviceaccount:kube-system:replicaset-controller"},
                  "dryRun": false,
                  "object": {"apiVersion": "v1", "kind": "Pod",
                    "metadata": {"generateName": "shop-api-7d4b9c-", "namespace": "shop",
                      "labels": {"app": "shop-api", "pod-template-hash": "7d4b9c"},
                      "annotations": {"slipway.dev/migrate": "true", "slipway.dev/database-secret": "shop-database",
                        "slipway.dev/wait-timeout": "5m"%s},
                      "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "shop-api-7d4b9c",
                        "uid": "5f2d1c3e-0000-4000-8000-000000000000", "controller": true}]},
                    "spec": {"serviceAccountName": "shop-api", "restartPolicy": "Always",
                      "initContainers": [{"name": "proxy", "image": "proxy:1", "restartPolicy": "Always"}],
                      "containers": [%s],
                      "volumes": [%s]}}}}
                """.formatted(annotations(), list(containers, this::container), list(volumes, PodReview::volume));
    }

    private String annotations() {
        return misspelt == 0 ? "" : "," + list(misspelt, number -> "\"slipway.dev/x%d\": \"\"".formatted(number));
    }

    private String container(int number) {
        return """
                {"name": "c%d", "image": "registry.example/shop/api:1.%d", "imagePullPolicy": "IfNotPresent",
                 "resources": {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"memory": "512Mi"}},
                 "readinessProbe": {"httpGet": {"path": "/ready", "port": 8080, "scheme": "HTTP"}, "periodSeconds": 5},
                 "env": [%s],
                 "volumeMounts": [%s]}
                """.formatted(number, number, list(variables, PodReview::variable), list(volumes, PodReview::mount));
    }

    private static String variable(int number) {
        return "{\"name\": \"VARIABLE_%d\", \"value\": \"some value that is about as long as one usually is, %d\"}"
                .formatted(number, number);
    }

    private static String volume(int number) {
        return "{\"name\": \"v%d\", \"configMap\": {\"name\": \"settings-%d\", \"defaultMode\": 420}}"
                .formatted(number, number);
    }

    private static String mount(int number) {
        return "{\"name\": \"v%d\", \"mountPath\": \"/etc/settings/%d\", \"readOnly\": true}".formatted(number, number);
    }

    private static String list(int size, IntFunction<String> element) {
        return IntStream.range(0, size).mapToObj(element).collect(Collectors.joining(","));
    }
}
