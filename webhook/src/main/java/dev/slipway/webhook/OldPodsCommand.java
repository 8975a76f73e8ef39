package dev.slipway.webhook;

import dev.slipway.contract.AppVersion;
import dev.slipway.contract.Problems;
import dev.slipway.webhook.cluster.Cluster;
import dev.slipway.webhook.rollout.OldPods;
import dev.slipway.webhook.rollout.WorkloadKind;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** {@code old-pods}: refuses while pods of an older revision run; the gate in front of contract migrations. */
final class OldPodsCommand {
    private static final List<String> OPTIONS =
            List.of("--deployment", "--statefulset", "--daemonset", "--namespace", "--oldest-version");

    private final List<OldPods.Replaced> workloads = new ArrayList<>();
    private Optional<String> namespace = Optional.empty();
    private Optional<AppVersion> oldest = Optional.empty();

    private OldPodsCommand() {}

    /** Empty if problems were reported. */
    static Optional<OldPodsCommand> read(Deque<String> options, Problems problems) {
        var command = new OldPodsCommand();
        while (!options.isEmpty()) {
            String option = options.removeFirst();
            String value = options.pollFirst();
            if (value == null || value.isBlank()) {
                problems.add(option, "needs a value");
            } else {
                command.take(option, value, problems);
            }
        }
        if (command.workloads.isEmpty() && problems.isEmpty()) {
            problems.add(
                    "--deployment",
                    "is missing; expected the name of a Deployment, or --statefulset or --daemonset with theirs");
        }
        return problems.isEmpty() ? Optional.of(command) : Optional.empty();
    }

    private void take(String option, String value, Problems problems) {
        switch (option) {
            case "--deployment" -> workloads.add(new OldPods.Replaced(WorkloadKind.DEPLOYMENT, value));
            case "--statefulset" -> workloads.add(new OldPods.Replaced(WorkloadKind.STATEFULSET, value));
            case "--daemonset" -> workloads.add(new OldPods.Replaced(WorkloadKind.DAEMONSET, value));
            case "--namespace" -> namespace = Optional.of(value);
            case "--oldest-version" -> {
                oldest = AppVersion.parse(value);
                if (oldest.isEmpty()) {
                    problems.badValue(option, value, AppVersion.EXPECTED);
                }
            }
            default -> problems.unknown(option, OPTIONS);
        }
    }

    /** Whether only pods of the newest revision run. */
    boolean run(PrintStream out, PrintStream err) {
        try (KubernetesClient client = Cluster.connect()) {
            OldPods.Answer answer =
                    new OldPods(client, namespace.orElseGet(client::getNamespace), oldest).about(workloads);
            answer.seen().forEach(out::println);
            answer.objections().forEach(err::println);
            if (answer.objections().isEmpty()) {
                out.println("only the newest revision runs");
            } else {
                err.println(
                        "refused: contract migrations take away what older pods use; wait for the rollout, then try again");
            }
            return answer.objections().isEmpty();
        }
    }
}
