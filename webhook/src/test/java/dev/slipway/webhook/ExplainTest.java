package dev.slipway.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

class ExplainTest {
    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata:
              name: api
              annotations: {slipway.dev/migrate: "true", slipway.dev/database-secret: db}
            spec:
              containers: [{name: app, image: "reg/app:1"}]
            """;

    private static final String FROM_IMAGE =
            POD.replace("database-secret: db", "database-secret: db, slipway.dev/migrations-from: \"image:reg/sql:1\"");

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void theResultingPodIsWhatIsPrinted() throws IOException {
        assertThat(explain(POD)).isZero();

        JsonNode pod = new YAMLMapper().readTree(text(out));
        assertThat(pod.path("kind").asString()).isEqualTo("Pod");
        assertThat(pod.at("/spec/initContainers").findValuesAsString("name")).contains("slipway-migrate");
        assertThat(text(out)).startsWith("# pod api\n# decision: injected (opted-in)\n");
    }

    @Test
    void aPodThatIsInjectedAlreadyIsNotWarnedOf() {
        explain(POD);
        String injected = text(out);
        out.reset();

        assertThat(explain(injected)).isZero();
        assertThat(text(out)).contains("skipped (already-injected)").doesNotContain("warnings:");
    }

    @Test
    void anchorsAliasesAndListsAreUnderstood() {
        String list = """
                apiVersion: v1
                kind: List
                items:
                  - apiVersion: apps/v1
                    kind: Deployment
                    metadata: {name: api, labels: &labels {app: api}}
                    spec:
                      selector: {matchLabels: *labels}
                      template:
                        metadata:
                          labels: *labels
                          annotations: &ann {slipway.dev/migrate: "true", slipway.dev/database-secret: db}
                        spec: {containers: [{name: app}]}
                  - apiVersion: batch/v1
                    kind: Job
                    metadata: {name: job}
                    spec:
                      template:
                        metadata: {annotations: {<<: *ann, slipway.dev/schema: jobs}}
                        spec: {containers: [{name: app}]}
                """;

        assertThat(explain(list, "-o", "text")).isZero();
        assertThat(text(out))
                .containsSubsequence("deployment api", "injected (opted-in)", "job job", "injected (opted-in)")
                .contains("\"value\" : \"jobs\"");
    }

    @Test
    void unquotedValuesAreToBePutInQuotes() {
        String unquoted = POD.replace("\"true\"", "true, slipway.dev/app-version: 1.10, slipway.dev/wait-timeout: 60");

        assertThat(explain(unquoted)).isEqualTo(1);
        assertThat(text(out))
                .contains("slipway.dev/migrate is true without quotes, which is a boolean and no string;"
                        + " put it in quotes: \"true\"")
                .contains("put it in quotes: \"1.10\"")
                .contains("slipway.dev/wait-timeout is 60 without quotes")
                .contains("slipway.dev/wait-timeout is '60'; expected a duration")
                .doesNotContain("kind:");
    }

    @Test
    void whatStandsOnTheWorkloadIsRefusedAsByTheWebhook() {
        String deployment = """
                kind: Deployment
                metadata: {name: api, annotations: {slipway.dev/migrate: "true"}}
                spec: {template: {spec: {containers: [{name: app}]}}}
                """;

        assertThat(explain(deployment)).isEqualTo(1);
        assertThat(text(out)).contains("move it to spec.template.metadata.annotations");
    }

    @Test
    void nothingIsSaidOfAClusterThatWasNotAsked() {
        assertThat(explain(FROM_IMAGE)).isZero();
        assertThat(text(out))
                .contains("assumes Kubernetes 1.35 or newer", "--kubernetes-version", "reference: \"reg/sql:1\"")
                .doesNotContain("this cluster");
        out.reset();
        assertThat(explain(FROM_IMAGE, "--kubernetes-version", "1.34")).isZero();
        assertThat(text(out))
                .contains("name: \"slipway-copy\"", "mounts no image volumes")
                .doesNotContain("assumes");
        out.reset();
        assertThat(explain(FROM_IMAGE, "--kubernetes-version=v1.36.2+k3s1")).isZero();
        assertThat(text(out)).contains("reference:").doesNotContain("assumes");
        out.reset();
        assertThat(explain(POD)).isZero();
        assertThat(text(out)).doesNotContain("assumes");
    }

    @Test
    void aDiffShowsWhatIsAdded() {
        assertThat(explain(POD, "--output=diff")).isZero();
        assertThat(text(out)).contains("--- pod api", "+++ pod api, injected", "name: \"slipway-migrate\"");
        assertThat(text(out).lines().filter(line -> line.matches("@@ -\\d+,\\d+ \\+\\d+,\\d+ @@")))
                .isNotEmpty();
        assertThat(text(out).lines().filter(line -> line.startsWith("-") && !line.startsWith("--- ")))
                .isEmpty();
        assertThat(text(out).lines().filter(line -> line.startsWith("+ "))).hasSizeGreaterThan(20);
    }

    @Test
    void aPatchIsWhatTheApiServerWouldGet() throws IOException {
        assertThat(explain(POD, "-o", "patch")).isZero();

        JsonNode patch = new JsonMapper().readTree(text(out));
        assertThat(patch.findValuesAsString("op")).contains("test", "add");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "-f; missing.yaml; there is no such file",
                "-f; .; is a directory",
                "-o; xml; expected one of yaml, diff, patch, text, json",
                "--kubernetes-version; new; expected a version such as 1.34",
                "--kubernetes-version; ''; needs a value",
                "--otuput; yaml; did you mean --output?"
            })
    void aWrongArgumentIsSaid(String option, String value, String message) {
        String argument = option.equals("-f") ? folder.resolve(value).toString() : value;

        assertThat(explain(POD, option, argument)).isEqualTo(2);
        assertThat(text(err)).containsIgnoringCase(message);
    }

    @Test
    void severalFilesAreReadInTurn() throws IOException {
        Path one = Files.writeString(folder.resolve("one.yaml"), POD);
        Path two = Files.writeString(folder.resolve("two.yaml"), POD.replace("name: api", "name: worker"));

        assertThat(explain("", "-f", one.toString(), "--filename", two.toString()))
                .isZero();
        assertThat(text(out)).containsSubsequence("# pod api", "# pod worker");
    }

    @Test
    void helpIsThere() {
        assertThat(explain("", "--help")).isZero();
        assertThat(text(out)).contains("yaml", "diff", "patch", "--kubernetes-version", "Exit codes");
    }

    private int explain(String input, String... arguments) {
        var all = new String[arguments.length + 1];
        all[0] = "explain";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        var in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
        return new WebhookMain(Map.of(), in, stream(out), stream(err)).run(all);
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
