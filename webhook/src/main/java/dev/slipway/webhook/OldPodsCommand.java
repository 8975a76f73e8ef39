package dev.slipway.webhook;

import dev.slipway.contract.AppVersion;
import dev.slipway.contract.Problems;
import dev.slipway.contract.cli.Invocation;
import dev.slipway.webhook.cluster.Cluster;
import dev.slipway.webhook.rollout.OldPods;
import dev.slipway.webhook.rollout.WorkloadKind;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code old-pods}: refuses while pods of an older revision run; the gate in front of contract migrations. */
final class OldPodsCommand {
    private final List<OldPods.Replaced> workloads = new ArrayList<>();
    private Optional<String> namespace = Optional.empty();
    private Optional<AppVersion> oldest = Optional.empty();

    private OldPodsCommand() {}

    /** Empty if problems were reported. */
    static Optional<OldPodsCommand> read(Invocation.Run<Command> run, Problems problems) {
        var command = new OldPodsCommand();
        command.add(WorkloadKind.DEPLOYMENT, run.all(Option.DEPLOYMENT));
        command.add(WorkloadKind.STATEFULSET, run.all(Option.STATEFULSET));
        command.add(WorkloadKind.DAEMONSET, run.all(Option.DAEMONSET));
        command.namespace = run.one(Option.NAMESPACE);
        run.one(Option.OLDEST_VERSION).ifPresent(text -> {
            command.oldest = AppVersion.parse(text);
            if (command.oldest.isEmpty()) {
                problems.badValue(Option.OLDEST_VERSION.name(), text, AppVersion.EXPECTED);
            }
        });
        if (command.workloads.isEmpty() && problems.isEmpty()) {
            problems.add(
                    "--deployment",
                    "is missing; expected the name of a Deployment, or --statefulset or --daemonset with theirs");
        }
        return problems.isEmpty() ? Optional.of(command) : Optional.empty();
    }

    private void add(WorkloadKind kind, List<String> names) {
        names.forEach(name -> workloads.add(new OldPods.Replaced(kind, name)));
    }

    /** How it ended. */
    enum End {
        ONLY_NEWEST,
        OLD_PODS,
        /** Asking again does not help: a person has to change something. */
        POINTLESS
    }

    End run(PrintStream out, PrintStream err) {
        try (KubernetesClient client = Cluster.connect()) {
            OldPods.Answer answer =
                    new OldPods(client, namespace.orElseGet(client::getNamespace), oldest).about(workloads);
            answer.seen().forEach(out::println);
            answer.objections().forEach(err::println);
            answer.obstacles().forEach(err::println);
            if (!answer.obstacles().isEmpty()) {
                err.println("refused: waiting changes nothing about this");
                return End.POINTLESS;
            }
            if (!answer.objections().isEmpty()) {
                err.println(
                        "refused: contract migrations take away what older pods use; wait for the rollout, then try again");
                return End.OLD_PODS;
            }
            out.println("only the newest revision runs");
            return End.ONLY_NEWEST;
        }
    }
}
