package dev.slipway.e2e.demo;

import dev.slipway.certs.CertificateAuthority;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Does what the API server does with a new pod: asks the webhook over HTTPS, and applies the patch that comes back. */
final class AdmissionClient {
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient client;
    private final URI webhook;

    /** @param authority the only one that is trusted, as with {@code caBundle} */
    AdmissionClient(URI webhook, CertificateAuthority authority) throws GeneralSecurityException, IOException {
        this.webhook = webhook;
        this.client = HttpClient.newBuilder()
                .sslContext(trusting(authority))
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }

    /**
     * A pod as the webhook let it in.
     *
     * @param pod with the patch applied, and named
     * @param patch as it came; empty if nothing was to be done
     * @param duration of the call
     */
    record Admitted(JsonNode pod, JsonNode patch, Duration duration) {}

    /** @throws IllegalStateException with the webhook's message, if it refuses the pod */
    Admitted admit(ObjectNode pod) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(webhook)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(review(pod))))
                .build();
        long start = System.nanoTime();
        HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        Duration duration = Duration.ofNanos(System.nanoTime() - start);
        JsonNode answer = JSON.readTree(response.body()).path("response");
        if (!answer.path("allowed").asBoolean(false)) {
            throw new IllegalStateException("the webhook refuses the pod: "
                    + answer.at("/status/message").asString("HTTP " + response.statusCode()));
        }
        JsonNode patch = patch(answer);
        JsonNode admitted = patch.isEmpty() ? pod.deepCopy() : JsonPatch.apply(patch, pod);
        ((ObjectNode) admitted.path("metadata")).put("name", Workload.generatedName(pod));
        return new Admitted(admitted, patch, duration);
    }

    private static JsonNode patch(JsonNode answer) throws IOException {
        String encoded = answer.path("patch").asString("");
        return encoded.isEmpty()
                ? JSON.createArrayNode()
                : JSON.readTree(Base64.getDecoder().decode(encoded));
    }

    private static ObjectNode review(ObjectNode pod) {
        ObjectNode review =
                JSON.createObjectNode().put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
        ObjectNode request = review.putObject("request");
        request.put("uid", UUID.randomUUID().toString())
                .put("namespace", pod.at("/metadata/namespace").asString())
                .put("operation", "CREATE")
                .put("dryRun", false);
        request.putObject("kind").put("group", "").put("version", "v1").put("kind", "Pod");
        request.putObject("resource").put("group", "").put("version", "v1").put("resource", "pods");
        request.putObject("userInfo").put("username", "system:serviceaccount:kube-system:replicaset-controller");
        request.set("object", pod);
        return review;
    }

    private static SSLContext trusting(CertificateAuthority authority) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", authority.certificate());
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
