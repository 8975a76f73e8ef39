package dev.slipway.e2e.cluster;

import dev.slipway.testkit.kubernetes.ClusterNetwork;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** kube-proxy in a few lines: a Service's address leads to one of its ready pods, chosen at random for each connection. */
record ServiceNetwork(KubernetesClient client) implements ClusterNetwork {
    @Override
    public InetSocketAddress route(InetSocketAddress address) throws IOException {
        Service service = serviceAt(address.getHostString());
        ServicePort port = service.getSpec().getPorts().stream()
                .filter(each -> each.getPort() == address.getPort())
                .findFirst()
                .orElseThrow(() -> new IOException("no such port: " + address));
        List<Pod> ready = client
                .pods()
                .inNamespace(service.getMetadata().getNamespace())
                .withLabels(service.getSpec().getSelector())
                .list()
                .getItems()
                .stream()
                .filter(pod -> Readiness.isPodReady(pod) && pod.getMetadata().getDeletionTimestamp() == null)
                .toList();
        if (ready.isEmpty()) {
            throw new IOException("connection refused: no ready endpoint for " + address);
        }
        Pod pod = ready.get(ThreadLocalRandom.current().nextInt(ready.size()));
        return new InetSocketAddress(pod.getStatus().getPodIP(), targetPort(pod, port));
    }

    private Service serviceAt(String clusterIp) throws IOException {
        return client.services().inAnyNamespace().list().getItems().stream()
                .filter(service -> clusterIp.equals(service.getSpec().getClusterIP()))
                .findFirst()
                .orElseThrow(() -> new IOException("no Service at " + clusterIp));
    }

    private static int targetPort(Pod pod, ServicePort port) throws IOException {
        String target = port.getTargetPort().getStrVal();
        if (target == null) {
            return port.getTargetPort().getIntVal();
        }
        return pod.getSpec().getContainers().stream()
                .flatMap(container -> container.getPorts().stream())
                .filter(each -> target.equals(each.getName()))
                .findFirst()
                .orElseThrow(() -> new IOException("no container port named " + target))
                .getContainerPort();
    }
}
