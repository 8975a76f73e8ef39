package dev.slipway.webhook.certificates;

import dev.slipway.certs.CertificateBundle;
import dev.slipway.testkit.kubernetes.KubeApiServer;
import dev.slipway.testkit.kubernetes.Kubectl;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The manifests of {@code k8s/}, applied as a user would, and what is in the cluster afterwards, as kubectl shows it.
 */
public final class Installation {
    public static final String NAMESPACE = "slipway-system";
    static final String SECRET = "slipway-webhook-ca";
    public static final List<String> CONFIGURATIONS =
            List.of("mutatingwebhookconfiguration/slipway-webhook", "validatingwebhookconfiguration/slipway-webhook");

    private static final Path MANIFESTS =
            Path.of(System.getProperty("slipway.root")).resolve("k8s");

    private final KubeApiServer server;
    private final Kubectl kubectl;

    public Installation(KubeApiServer server) {
        this.server = server;
        this.kubectl = server.kubectl();
    }

    public void apply(String... options) {
        var arguments = new ArrayList<>(List.of("apply", "-k", MANIFESTS.toString()));
        arguments.addAll(Arrays.asList(options));
        kubectl.run(arguments.toArray(String[]::new));
    }

    public void delete() {
        kubectl.run("delete", "-k", MANIFESTS.toString(), "--ignore-not-found");
        kubectl.run("wait", "--for=delete", "namespace/" + NAMESPACE, "--timeout=60s");
    }

    /** As after the first {@link #apply}: without a CA, and with empty bundles. The configurations must be there. */
    void reset() {
        deleteSecret();
        for (String configuration : CONFIGURATIONS) {
            patch(configuration, "[{\"op\":\"add\",\"path\":\"/webhooks/0/clientConfig/caBundle\",\"value\":\"\"}]");
        }
    }

    /** Exit code 0 if applying again would change nothing, with the differences otherwise. */
    Kubectl.Result diff() {
        return kubectl.tryRun("diff", "-k", MANIFESTS.toString());
    }

    /** The kubeconfig of the service account that the webhook's pods have, with the rights of the manifests. */
    public Path serviceAccount() {
        String token = kubectl.run("create", "token", "slipway-webhook", "--namespace=" + NAMESPACE);
        return server.writeKubeconfig("slipway-webhook", token.strip());
    }

    Kubectl kubectl() {
        return kubectl;
    }

    /** The caBundle of each webhook of both configurations, as Base64; an empty text if there is none. */
    public Map<String, String> caBundles() {
        var bundles = new LinkedHashMap<String, String>();
        Kubectl.Result got =
                kubectl.tryRun("get", CONFIGURATIONS.get(0), CONFIGURATIONS.get(1), "--ignore-not-found", "-o", """
                jsonpath={range .items[*].webhooks[*]}{.name}={.clientConfig.caBundle}{"\\n"}{end}""");
        got.output()
                .lines()
                .forEach(line ->
                        bundles.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
        return bundles;
    }

    /** Those that could be read. */
    List<CertificateBundle> trusted() {
        return caBundles().values().stream()
                .map(CertificateBundle::fromBase64)
                .flatMap(Optional::stream)
                .toList();
    }

    /** A JSON patch of the named configuration, made by an administrator. */
    public void patch(String configuration, String jsonPatch) {
        kubectl.run("patch", configuration, "--type=json", "--patch=" + jsonPatch);
    }

    SecretState secret() {
        Kubectl.Result got = kubectl.tryRun("get", "secret", SECRET, "--namespace=" + NAMESPACE, "-o", """
                jsonpath={.metadata.resourceVersion}{"\\n"}{.data.ca\\.crt}{"\\n"}{.data.ca\\.key}{"\\n"}""");
        if (got.exitCode() != 0) {
            return new SecretState.Absent();
        }
        String[] lines = got.output().split("\n", -1);
        return CaSecretContent.read(lines[0], Map.of("ca.crt", decoded(lines[1]), "ca.key", decoded(lines[2])));
    }

    /** @throws AssertionError if it is not healthy */
    CaSet authorities() {
        SecretState state = secret();
        if (state instanceof SecretState.Healthy healthy) {
            return healthy.authorities();
        }
        throw new AssertionError("the Secret is not healthy: " + state);
    }

    /** A merge patch of the Secret, made by an administrator. */
    void patchSecret(String mergePatch) {
        kubectl.run("patch", "secret", SECRET, "--namespace=" + NAMESPACE, "--type=merge", "--patch=" + mergePatch);
    }

    void deleteSecret() {
        kubectl.run("delete", "secret", SECRET, "--namespace=" + NAMESPACE, "--ignore-not-found");
    }

    /** The versions of Secret and configurations: equal if nothing has been written. */
    List<String> versions() {
        return List.of(version("secret/" + SECRET), version(CONFIGURATIONS.get(0)), version(CONFIGURATIONS.get(1)));
    }

    private String version(String object) {
        return kubectl.run("get", object, "--namespace=" + NAMESPACE, "-o", "jsonpath={.metadata.resourceVersion}");
    }

    private static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64.strip()), StandardCharsets.UTF_8);
    }
}
