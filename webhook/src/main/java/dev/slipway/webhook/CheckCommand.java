package dev.slipway.webhook;

import dev.slipway.contract.cli.Invocation;
import dev.slipway.webhook.check.InjectionCheck;
import dev.slipway.webhook.cluster.Cluster;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.PrintStream;
import java.util.Optional;

/** {@code check}: whether a pod that opts in would be injected, by a dry run. */
final class CheckCommand {
    private CheckCommand() {}

    /** Whether it would. */
    static boolean run(Invocation.Run<Command> run, PrintStream out, PrintStream err) {
        try (KubernetesClient client = Cluster.connect()) {
            String namespace = run.one(Option.NAMESPACE).orElseGet(client::getNamespace);
            Optional<String> problem = InjectionCheck.problem(client, namespace);
            problem.ifPresentOrElse(
                    err::println, () -> out.println("pods that opt in are injected in namespace " + namespace));
            return problem.isEmpty();
        }
    }
}
