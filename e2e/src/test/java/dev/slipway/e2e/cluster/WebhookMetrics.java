package dev.slipway.e2e.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.List;

/** The metrics of all replicas of the webhook, read from their management ports. */
public final class WebhookMetrics {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private WebhookMetrics() {}

    /**
     * The sum of a counter over all replicas and all series that have every label.
     *
     * @param name such as {@code slipway_webhook_admissions_total}
     * @param labels each as in {@code outcome="injected"}
     */
    public static long sum(Installation slipway, String name, String... labels) {
        return replicas(slipway).stream()
                .flatMap(address -> scrape(address).lines())
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> Arrays.stream(labels).allMatch(line::contains))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static List<String> replicas(Installation slipway) {
        return slipway.client().pods().inNamespace("slipway-system").list().getItems().stream()
                .map(pod -> pod.getStatus().getPodIP())
                .toList();
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
