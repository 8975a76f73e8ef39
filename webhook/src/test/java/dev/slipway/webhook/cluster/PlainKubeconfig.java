package dev.slipway.webhook.cluster;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** For an API server that a test plays itself, without TLS. */
public final class PlainKubeconfig {
    private PlainKubeconfig() {}

    public static Path write(Path folder, HttpServer server, String namespace) throws IOException {
        return Files.writeString(
                folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: u, user: {}}]
                contexts: [{name: x, context: {cluster: c, user: u, namespace: %s}}]
                current-context: x
                """.formatted(server.getAddress().getPort(), namespace));
    }
}
