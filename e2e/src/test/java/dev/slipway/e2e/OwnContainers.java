package dev.slipway.e2e;

import static dev.slipway.e2e.Pods.MIGRATOR_IMAGE;
import static dev.slipway.e2e.Pods.container;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.function.UnaryOperator;

/** The containers that the webhook injects, as far as webhook and policy tell them from others; and ways to disguise them. */
final class OwnContainers {
    private OwnContainers() {}

    static Container preflight() {
        return withPodName(container("slipway-preflight", MIGRATOR_IMAGE, "preflight"));
    }

    static Container migrate() {
        return withPodName(container("slipway-migrate", MIGRATOR_IMAGE, "migrate"));
    }

    /** The pod with both. */
    static Pod in(Pod pod) {
        return Pods.withInitContainers(pod, preflight(), migrate());
    }

    static Pod change(Pod pod, String name, UnaryOperator<Container> change) {
        List<Container> changed = pod.getSpec().getInitContainers().stream()
                .map(container -> container.getName().equals(name) ? change.apply(container) : container)
                .toList();
        return pod.edit().editSpec().withInitContainers(changed).endSpec().build();
    }

    static Pod without(Pod pod, String name) {
        List<Container> rest = pod.getSpec().getInitContainers().stream()
                .filter(container -> !container.getName().equals(name))
                .toList();
        return pod.edit().editSpec().withInitContainers(rest).endSpec().build();
    }

    static Container asSidecar(Container container) {
        return container.edit().withRestartPolicy("Always").build();
    }

    static Container withoutPodName(Container container) {
        return container.edit().withEnv().build();
    }

    static Container withOtherArguments(Container container) {
        return container.edit().withArgs("--help").build();
    }

    static Container fromMirror(Container container) {
        return container
                .edit()
                .withImage("mirror.example.com/" + container.getImage())
                .build();
    }

    static Container wrapped(Container container) {
        var args = new java.util.ArrayList<>(List.of("/opt/slipway/bin/slipway"));
        args.addAll(container.getArgs());
        return container.edit().withCommand("/vault/vault-env").withArgs(args).build();
    }

    private static Container withPodName(Container container) {
        return container
                .edit()
                .addNewEnv()
                .withName("SLIPWAY_POD_NAME")
                .withNewValueFrom()
                .withNewFieldRef()
                .withFieldPath("metadata.name")
                .endFieldRef()
                .endValueFrom()
                .endEnv()
                .build();
    }
}
