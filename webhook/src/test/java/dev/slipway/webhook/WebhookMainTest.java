package dev.slipway.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WebhookMainTest {
    private static final String MANIFESTS = """
            apiVersion: v1
            kind: Service
            metadata: {name: api}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: api, namespace: shop}
            spec:
              template:
                metadata:
                  annotations: {slipway.dev/migrate: "true", slipway.dev/database-secret: db%s}
                spec:
                  initContainers:
                    - {name: proxy, image: "proxy:1", restartPolicy: Always}
                    - {name: own, image: "own:1"}
                  containers: [{name: api, image: "api:1"}]
            """;

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void helpNamesEveryCommandAndVariable() {
        assertThat(run(Map.of(), "", "--help")).isZero();
        assertThat(text(out))
                .contains(
                        "serve",
                        "explain",
                        "check",
                        "old-pods",
                        "SLIPWAY_WEBHOOK_LISTEN_PORT",
                        "SLIPWAY_WEBHOOK_DRAIN",
                        "(8443)");
    }

    @Test
    void everyMistakeAboutOldPodsIsSaidAtOnce() {
        assertThat(run(Map.of(), "", "old-pods", "--deploment", "api", "--oldest-version", "latest"))
                .isEqualTo(2);
        assertThat(text(err)).contains("did you mean --deployment?", "--oldest-version is 'latest'");
    }

    @Test
    void versionIsOneLine() {
        assertThat(run(Map.of(), "", "--version")).isZero();
        assertThat(text(out)).startsWith("slipway-webhook ").hasLineCount(1);
    }

    @Test
    void everyCommandHasItsHelp() {
        for (Command command : Command.values()) {
            out.reset();
            assertThat(run(Map.of(), "", command.word(), "--help")).isZero();
            assertThat(text(out)).startsWith("slipway-webhook " + command.word() + ": ");
            command.flags().forEach(flag -> assertThat(text(out)).contains(flag.name() + " "));
        }
    }

    @Test
    void aFlagWithOneValueIsGivenOnce() {
        assertThat(run(Map.of(), "", "explain", "-o", "text", "--output=yaml")).isEqualTo(2);
        assertThat(text(err)).contains("--output is given more than once, as argument 2 and argument 4; expected once");
    }

    @Test
    void aMisspeltCommandIsSuggested() {
        assertThat(run(Map.of(), "", "explian")).isEqualTo(2);
        assertThat(text(err)).contains("explian is unknown; did you mean explain?");
    }

    @Test
    void explainPrintsDecisionOrderAndPatch() {
        assertThat(run(Map.of(), MANIFESTS.formatted(""), "explain", "-o", "text"))
                .isZero();
        assertThat(text(out))
                .containsSubsequence(
                        "deployment shop/api",
                        "decision: injected (opted-in)",
                        "init containers:",
                        "  proxy (native sidecar)",
                        "+ slipway-migrate",
                        "  own",
                        "patch:",
                        "\"op\" : \"add\"");
    }

    @Test
    void explainAsJsonCanBeReadByPrograms() throws Exception {
        Path file = Files.writeString(folder.resolve("app.yaml"), MANIFESTS.formatted(""));

        assertThat(run(Map.of(), "", "explain", "-o", "json", "-f", file.toString()))
                .isZero();

        JsonNode json = new JsonMapper().readTree(text(out));
        assertThat(json).hasSize(1);
        assertThat(json.path(0).path("outcome").asString()).isEqualTo("injected");
        assertThat(json.path(0).path("initContainers").valueStream().map(JsonNode::asString))
                .containsExactly("proxy", "slipway-migrate", "own");
        assertThat(json.path(0).path("patch").path(0).path("op").asString()).isEqualTo("test");
    }

    @Test
    void explainFailsWhereAPodWouldBeRefused() {
        String bad = MANIFESTS.formatted(", slipway.dev/shcema: shop");

        assertThat(run(Map.of(), bad, "explain")).isEqualTo(1);
        assertThat(text(out))
                .contains("decision: denied (invalid)")
                .contains("slipway.dev/shcema is unknown; did you mean slipway.dev/schema?");
    }

    @Test
    void explainHonoursTheConfigurationOfThePlatform() {
        Map<String, String> env = Map.of("SLIPWAY_WEBHOOK_MIGRATOR_IMAGE", "mirror.example/m:1");

        assertThat(run(env, MANIFESTS.formatted(""), "explain")).isZero();
        assertThat(text(out)).contains("+ slipway-migrate  mirror.example/m:1");
    }

    @Test
    void explainSaysWhatIsWrongWithItsInput() {
        assertThat(run(Map.of(), "kind: Service", "explain")).isEqualTo(2);
        assertThat(run(Map.of(), "{", "explain")).isEqualTo(2);
        assertThat(run(Map.of(), "", "explain", "-f", "/no/such/file")).isEqualTo(2);
        assertThat(run(Map.of(), "", "explain", "--json")).isEqualTo(2);
        assertThat(text(err))
                .contains("holds no pod")
                .contains("is not YAML")
                .contains("/no/such/file")
                .contains("--json is unknown; see slipway-webhook --help");
    }

    @Test
    void everyMistakeOfTheConfigurationIsListed() {
        Map<String, String> env = Map.of("SLIPWAY_WEBHOOK_LISTEN_PORT", "x", "SLIPWAY_WEBHOOK_DRIAN", "1s");

        assertThat(run(env, "", "explain")).isEqualTo(2);
        assertThat(text(err))
                .startsWith("2 problems in the environment:")
                .contains("did you mean SLIPWAY_WEBHOOK_DRAIN?");
    }

    private int run(Map<String, String> env, String input, String... args) {
        var in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
        return new WebhookMain(env, in, stream(out), stream(err)).run(args);
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
