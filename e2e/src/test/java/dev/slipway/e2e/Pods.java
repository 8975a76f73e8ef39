package dev.slipway.e2e;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;

/** Pods as a test needs them. They satisfy the Pod Security level "restricted". */
final class Pods {
    static final String MIGRATE = "slipway.dev/migrate";
    static final String PREFLIGHT = "slipway.dev/preflight";
    static final String MIGRATOR_IMAGE = "ghcr.io/slipway-dev/slipway-migrator:0.1.0";

    private Pods() {}

    static Pod plain(String namespace, String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .addToContainers(container("app", "registry.example.com/app:1"))
                .endSpec()
                .build();
    }

    static Pod annotated(Pod pod, Map<String, String> annotations) {
        return pod.edit()
                .editMetadata()
                .addToAnnotations(annotations)
                .endMetadata()
                .build();
    }

    static Pod withInitContainers(Pod pod, Container... containers) {
        return pod.edit()
                .editSpec()
                .withInitContainers(List.of(containers))
                .endSpec()
                .build();
    }

    /** Requests and limits of every container. */
    static Pod withResources(Pod pod, String cpu, String memory, String cpuLimit, String memoryLimit) {
        List<Container> containers = pod.getSpec().getContainers().stream()
                .map(container -> container
                        .edit()
                        .withNewResources()
                        .addToRequests("cpu", new Quantity(cpu))
                        .addToRequests("memory", new Quantity(memory))
                        .addToLimits("cpu", new Quantity(cpuLimit))
                        .addToLimits("memory", new Quantity(memoryLimit))
                        .endResources()
                        .build())
                .toList();
        return pod.edit().editSpec().withContainers(containers).endSpec().build();
    }

    static Container container(String name, String image, String... args) {
        return new ContainerBuilder()
                .withName(name)
                .withImage(image)
                .withArgs(args)
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .build();
    }
}
