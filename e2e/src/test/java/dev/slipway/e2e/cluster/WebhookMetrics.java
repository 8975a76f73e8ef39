package dev.slipway.e2e.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;

/** The metrics of all replicas of the webhook, read from their management ports. */
public final class WebhookMetrics {
    private static final String NAMESPACE = "slipway-system";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private WebhookMetrics() {}

    /**
     * The sum of a counter over all replicas and all series that have every label.
     *
     * @param name such as {@code slipway_webhook_admissions_total}
     * @param labels each as in {@code outcome="injected"}
     */
    public static long sum(Installation slipway, String name, String... labels) {
        return slipway.client().pods().inNamespace(NAMESPACE).list().getItems().stream()
                .flatMap(pod -> scrape(slipway, pod).lines())
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> Arrays.stream(labels).allMatch(line::contains))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Of a replica on this machine directly, as no API server forwards to loopback; of any other through the API server. */
    private static String scrape(Installation slipway, Pod pod) {
        String address = pod.getStatus().getPodIP();
        if (address == null) {
            return "";
        }
        return address.startsWith("127.")
                ? scrape(address)
                : slipway.client()
                        .raw("/api/v1/namespaces/" + NAMESPACE + "/pods/"
                                + pod.getMetadata().getName() + ":8081/proxy/metrics");
    }

    private static String scrape(String address) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + ":8081/metrics"))
                .build();
        try {
            return HTTP.send(request, BodyHandlers.ofString()).body();
        } catch (IOException unreachable) {
            throw new UncheckedIOException(unreachable);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
