package dev.slipway.webhook;

import dev.slipway.contract.cli.Flag;
import dev.slipway.contract.cli.Verb;
import java.util.List;
import java.util.Locale;

/** What the program can do. */
enum Command implements Verb {
    SERVE("answer AdmissionReviews until SIGTERM; configured by variables", List.of(), ""),
    EXPLAIN(
            "show what would happen to the pods of a manifest, without a cluster",
            List.of(Option.FILE, Option.OUTPUT, Option.KUBERNETES_VERSION),
            """
            Reads manifests as kubectl does, and prints what the webhook would do to their pods. Its configuration comes \
            from the variables that slipway-webhook --help lists. Output:
              yaml    the resulting pods, with the decision as a comment (the default)
              diff    what changes in the pods, line by line
              patch   the JSON patch, for one pod
              text    decision, order of the init containers, and patch
              json    everything, for programs
            Exit codes: 0 every pod would start, 1 one would be refused, 2 usage, or a file that cannot be read.
            """),
    CHECK("ask the API server, by a dry run, for a pod that opts in", List.of(Option.NAMESPACE), """
            Needs the right to create pods in the namespace, and creates none: helm test runs it. --namespace must not be the
            webhook's own, which it never injects into.
            Exit codes: 0 the pod would be injected, 1 it would not, or the API server refuses it, 2 usage.
            """),
    OLD_PODS(
            "refuse while pods of an older revision run",
            List.of(Option.DEPLOYMENT, Option.STATEFULSET, Option.DAEMONSET, Option.NAMESPACE, Option.OLDEST_VERSION),
            "Exit codes: 0 only the newest revision runs, 1 older pods run, 2 usage, or what waiting does not change: pods"
                    + " without a readable version, a right that is missing.\n");

    private final String help;

    @SuppressWarnings("ImmutableEnumChecker") // always List.of
    private final List<Flag> flags;

    private final String more;

    Command(String help, List<Flag> flags, String more) {
        this.help = help;
        this.flags = flags;
        this.more = more;
    }

    @Override
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String help() {
        return help;
    }

    @Override
    public List<Flag> flags() {
        return flags;
    }

    @Override
    public String more() {
        return more;
    }
}
