package dev.slipway.e2e.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.stream.StreamSupport;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Another team's webhook: it appends a native sidecar to the init containers of a pod, wherever it comes in the order of
 * webhooks. With that it leaves the sidecar behind everybody else's init containers.
 */
public final class SidecarInjector implements AutoCloseable {
    public static final String SIDECAR = "mesh-proxy";

    private static final JsonMapper JSON = new JsonMapper();
    private static final char[] NO_PASSWORD = {};

    private final HttpsServer server;
    private final Path certificates;

    private SidecarInjector(HttpsServer server, Path certificates) {
        this.server = server;
        this.certificates = certificates;
    }

    /** @param certificates a folder with ca.crt, tls.crt and tls.key, valid for 127.0.0.1 */
    public static SidecarInjector start(Path certificates) {
        try {
            HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(context(certificates)));
            server.createContext("/", SidecarInjector::answer);
            server.start();
            return new SidecarInjector(server, certificates);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (GeneralSecurityException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    /**
     * A MutatingWebhookConfiguration that calls it.
     *
     * @param name decides the order: the API server calls webhooks in the order of their configurations' names
     * @param namespace whose pods it changes
     */
    public String configuration(String name, String namespace) {
        try {
            return """
                    apiVersion: admissionregistration.k8s.io/v1
                    kind: MutatingWebhookConfiguration
                    metadata:
                      name: %s
                    webhooks:
                      - name: sidecar.example.com
                        admissionReviewVersions: [v1]
                        sideEffects: None
                        failurePolicy: Fail
                        clientConfig:
                          url: https://127.0.0.1:%d/
                          caBundle: %s
                        namespaceSelector:
                          matchLabels:
                            kubernetes.io/metadata.name: %s
                        rules:
                          - apiGroups: [""]
                            apiVersions: [v1]
                            operations: [CREATE]
                            resources: [pods]
                    """.formatted(
                            name,
                            server.getAddress().getPort(),
                            Base64.getEncoder().encodeToString(Files.readAllBytes(certificates.resolve("ca.crt"))),
                            namespace);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode review = JSON.readTree(exchange.getRequestBody());
            byte[] answer = JSON.writeValueAsBytes(answer(review));
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    private static ObjectNode answer(JsonNode review) {
        ObjectNode answer =
                JSON.createObjectNode().put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
        ObjectNode response = answer.putObject("response")
                .put("uid", review.at("/request/uid").asText())
                .put("allowed", true);
        JsonNode spec = review.at("/request/object/spec");
        if (!hasSidecar(spec)) {
            byte[] patch = patch(spec).getBytes(StandardCharsets.UTF_8);
            response.put("patchType", "JSONPatch")
                    .put("patch", Base64.getEncoder().encodeToString(patch));
        }
        return answer;
    }

    private static boolean hasSidecar(JsonNode spec) {
        return StreamSupport.stream(spec.path("initContainers").spliterator(), false)
                .anyMatch(container -> container.path("name").asText().equals(SIDECAR));
    }

    private static String patch(JsonNode spec) {
        String sidecar = """
                {"name": "%s", "image": "registry.example.com/mesh/proxy:1", "restartPolicy": "Always",
                 "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}}
                """.formatted(SIDECAR);
        return spec.path("initContainers").isEmpty()
                ? "[{\"op\": \"add\", \"path\": \"/spec/initContainers\", \"value\": [" + sidecar + "]}]"
                : "[{\"op\": \"add\", \"path\": \"/spec/initContainers/-\", \"value\": " + sidecar + "}]";
    }

    private static SSLContext context(Path folder) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (var chain = Files.newInputStream(folder.resolve("tls.crt"))) {
            Certificate[] certificates = CertificateFactory.getInstance("X.509")
                    .generateCertificates(chain)
                    .toArray(Certificate[]::new);
            store.setKeyEntry("serving", privateKey(folder.resolve("tls.key")), NO_PASSWORD, certificates);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, NO_PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static PrivateKey privateKey(Path file) throws GeneralSecurityException, IOException {
        String base64 = Files.readString(file).replaceAll("-----[A-Z ]+-----", "");
        byte[] der = Base64.getMimeDecoder().decode(base64);
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
