package dev.slipway.e2e.cluster;

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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Another team's mutating webhook, which changes pods after or before ours did. It listens on this machine. */
public final class OtherWebhook implements AutoCloseable {
    public static final String SIDECAR = "mesh-proxy";

    /** Where {@link Change#WRAP} finds images. */
    public static final String MIRROR = "mirror.example.com/";

    /** The Secret of {@link Change#REPLACE_ENV_FROM}. */
    public static final String FETCHED = "fetched-secrets";

    private static final JsonMapper JSON = new JsonMapper();
    private static final char[] NO_PASSWORD = {};

    /** What it does to a pod that it has not changed before. */
    public enum Change {
        /**
         * Appends a native sidecar to the init containers, wherever it comes in the order of webhooks. With that it
         * leaves the sidecar behind all other init containers.
         */
        ADD_SIDECAR {
            @Override
            String patch(JsonNode spec) {
                return hasSidecar(spec) ? "[]" : addSidecar(spec);
            }
        },
        /** Has every init container pulled from a mirror, and puts a program in front of its arguments. */
        WRAP {
            @Override
            String patch(JsonNode spec) {
                ArrayNode patch = JSON.createArrayNode();
                for (int index = 0; index < spec.path("initContainers").size(); index++) {
                    wrap(spec.path("initContainers").get(index), "/spec/initContainers/" + index, patch);
                }
                return patch.toString();
            }
        },
        /** Points the first variable of the first container at another database. */
        SET_ENV {
            @Override
            String patch(JsonNode spec) {
                String path = "/spec/containers/0/env/0/value";
                ArrayNode patch = JSON.createArrayNode();
                if (spec.at("/containers/0/env/0/value").isString()) {
                    replace(patch, path).put("value", "postgres://b/db");
                }
                return patch.toString();
            }
        },
        /** Has the first container read all its variables from a Secret of its own, as an injector of secrets does. */
        REPLACE_ENV_FROM {
            @Override
            String patch(JsonNode spec) {
                ArrayNode patch = JSON.createArrayNode();
                if (spec.at("/containers/0/envFrom").isArray()) {
                    replace(patch, "/spec/containers/0/envFrom")
                            .putArray("value")
                            .addObject()
                            .putObject("secretRef")
                            .put("name", FETCHED);
                }
                return patch.toString();
            }
        };

        abstract String patch(JsonNode spec);
    }

    private final HttpsServer server;
    private final Path certificates;

    private OtherWebhook(HttpsServer server, Path certificates) {
        this.server = server;
        this.certificates = certificates;
    }

    /** @param certificates a folder with ca.crt, tls.crt and tls.key, valid for 127.0.0.1 */
    public static OtherWebhook start(Path certificates, Change change) {
        try {
            HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(context(certificates)));
            server.createContext("/", exchange -> answer(exchange, change));
            server.start();
            return new OtherWebhook(server, certificates);
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
                      - name: other.example.com
                        admissionReviewVersions: [v1]
                        reinvocationPolicy: IfNeeded
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

    private static void answer(HttpExchange exchange, Change change) throws IOException {
        try (exchange) {
            JsonNode review = JSON.readTree(exchange.getRequestBody());
            byte[] answer = JSON.writeValueAsBytes(answer(review, change));
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    private static ObjectNode answer(JsonNode review, Change change) {
        ObjectNode answer =
                JSON.createObjectNode().put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
        byte[] patch = change.patch(review.at("/request/object/spec")).getBytes(StandardCharsets.UTF_8);
        answer.putObject("response")
                .put("uid", review.at("/request/uid").asString())
                .put("allowed", true)
                .put("patchType", "JSONPatch")
                .put("patch", Base64.getEncoder().encodeToString(patch));
        return answer;
    }

    private static boolean hasSidecar(JsonNode spec) {
        return StreamSupport.stream(spec.path("initContainers").spliterator(), false)
                .anyMatch(container -> container.path("name").asString().equals(SIDECAR));
    }

    private static String addSidecar(JsonNode spec) {
        String sidecar = """
                {"name": "%s", "image": "registry.example.com/mesh/proxy:1", "restartPolicy": "Always",
                 "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}}
                """.formatted(SIDECAR);
        return spec.path("initContainers").isEmpty()
                ? "[{\"op\": \"add\", \"path\": \"/spec/initContainers\", \"value\": [" + sidecar + "]}]"
                : "[{\"op\": \"add\", \"path\": \"/spec/initContainers/-\", \"value\": " + sidecar + "}]";
    }

    private static void wrap(JsonNode container, String path, ArrayNode patch) {
        String image = container.path("image").asString();
        if (!image.startsWith(MIRROR)) {
            ArrayNode args = JSON.createArrayNode().add("/opt/slipway/bin/slipway");
            container.path("args").forEach(args::add);
            replace(patch, path + "/image").put("value", MIRROR + image);
            replace(patch, path + "/args").set("value", args);
            replace(patch, path + "/command").put("op", "add").putArray("value").add("/vault/vault-env");
        }
    }

    private static ObjectNode replace(ArrayNode patch, String path) {
        return patch.addObject().put("op", "replace").put("path", path);
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
