package dev.slipway.e2e.cluster;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.util.Optional;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * The HTTP readiness probe of one container.
 *
 * @param url at the pod's own address
 */
record ReadinessProbe(String container, String url) {
    private static final int TIMEOUT_MILLIS = 1_000;

    /** Of the container, if it has one; other kinds of probes are not played. */
    static Optional<ReadinessProbe> of(JsonNode container, String podAddress) {
        JsonNode get = container.path("readinessProbe").path("httpGet");
        if (get.isMissingNode()) {
            return Optional.empty();
        }
        String url = "http://" + podAddress + ":" + port(container, get.path("port"))
                + get.path("path").asString("/");
        return Optional.of(new ReadinessProbe(container.path("name").asString(), url));
    }

    boolean passes() {
        try {
            URL address = URI.create(url).toURL();
            HttpURLConnection connection = (HttpURLConnection) address.openConnection();
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            try {
                return connection.getResponseCode() < HttpURLConnection.HTTP_BAD_REQUEST;
            } finally {
                connection.disconnect();
            }
        } catch (IOException notListening) {
            return false;
        }
    }

    private static int port(JsonNode container, JsonNode port) {
        if (port.isInt()) {
            return port.asInt();
        }
        return StreamSupport.stream(container.path("ports").spliterator(), false)
                .filter(each -> each.path("name").asString().equals(port.asString()))
                .findFirst()
                .orElseThrow()
                .path("containerPort")
                .asInt();
    }
}
