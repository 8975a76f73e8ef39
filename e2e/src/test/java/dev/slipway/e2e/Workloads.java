package dev.slipway.e2e;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Manifests of workloads, as a user would write them. */
final class Workloads {
    private static final String POD_SPEC = """
            securityContext:
              runAsNonRoot: true
              seccompProfile: {type: RuntimeDefault}
            containers:
              - name: app
                image: registry.example.com/app:1
                securityContext:
                  allowPrivilegeEscalation: false
                  capabilities: {drop: [ALL]}
            """;

    private Workloads() {}

    /** @param annotations of the pod template */
    static String of(String kind, String name, String namespace, Map<String, String> annotations) {
        return switch (kind) {
            case "Deployment", "DaemonSet" -> selecting("apps/v1", kind, name, namespace, "", annotations);
            case "StatefulSet" -> selecting("apps/v1", kind, name, namespace, "serviceName: app", annotations);
            case "Job" -> head("batch/v1", kind, name, namespace) + "spec:\n" + indent(2, jobSpec(annotations));
            case "CronJob" ->
                head("batch/v1", kind, name, namespace) + "spec:\n  schedule: '0 3 * * *'\n  jobTemplate:\n    spec:\n"
                        + indent(6, jobSpec(annotations));
            default -> throw new IllegalArgumentException(kind);
        };
    }

    static String pod(String name, String namespace, Map<String, String> annotations) {
        return head("v1", "Pod", name, namespace)
                + "  annotations:\n"
                + indent(4, lines(annotations))
                + "spec:\n"
                + indent(2, POD_SPEC);
    }

    private static String selecting(
            String apiVersion,
            String kind,
            String name,
            String namespace,
            String more,
            Map<String, String> annotations) {
        return head(apiVersion, kind, name, namespace)
                + "spec:\n"
                + indent(2, more)
                + "  selector: {matchLabels: {app: " + name + "}}\n"
                + indent(2, template("app: " + name, annotations, POD_SPEC));
    }

    private static String jobSpec(Map<String, String> annotations) {
        return template("app: job", annotations, "restartPolicy: Never\n" + POD_SPEC);
    }

    private static String template(String label, Map<String, String> annotations, String podSpec) {
        return "template:\n  metadata:\n    labels: {" + label + "}\n    annotations:\n" + indent(6, lines(annotations))
                + "  spec:\n" + indent(4, podSpec);
    }

    private static String head(String apiVersion, String kind, String name, String namespace) {
        return "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata:\n  name: " + name + "\n  namespace: "
                + namespace + "\n";
    }

    private static String lines(Map<String, String> annotations) {
        return new TreeMap<>(annotations)
                .entrySet().stream()
                        .map(entry -> entry.getKey() + ": '" + entry.getValue() + "'\n")
                        .collect(Collectors.joining());
    }

    private static String indent(int spaces, String text) {
        return text.isEmpty() ? "" : text.indent(spaces);
    }
}
