package dev.slipway.webhook;

import dev.slipway.contract.cli.Flag;
import dev.slipway.contract.cli.Flag.Takes;

/** The flags of the command line; {@code serve} has none, it is configured by variables. */
final class Option {
    static final Flag FILE = Flag.of(
                    "--filename", Takes.REPEATED, "FILE", "a file with YAML or JSON; - is standard input (the default)")
            .withLetter("-f");
    static final Flag OUTPUT = Flag.of("--output", Takes.ONE, "yaml|diff|patch|text|json", "the form of the answer")
            .withLetter("-o");
    static final Flag KUBERNETES_VERSION = Flag.of(
            "--kubernetes-version",
            Takes.ONE,
            "VERSION",
            "that of the cluster, such as 1.34, which decides how images get into the pod");
    static final Flag DEPLOYMENT = Flag.of("--deployment", Takes.REPEATED, "NAME", "a Deployment to look at");
    static final Flag STATEFULSET = Flag.of("--statefulset", Takes.REPEATED, "NAME", "a StatefulSet to look at");
    static final Flag DAEMONSET = Flag.of("--daemonset", Takes.REPEATED, "NAME", "a DaemonSet to look at");
    static final Flag NAMESPACE = Flag.of("--namespace", Takes.ONE, "NAME", "theirs; default that of the kubeconfig");
    static final Flag OLDEST_VERSION =
            Flag.of("--oldest-version", Takes.ONE, "VERSION", "the oldest app-version that may still run");

    private Option() {}
}
