package dev.slipway.webhook.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/**
 * Each folder of {@code admission-cases} is a case: {@code pod.yaml} goes in; {@code expected-pod.yaml} (the same as
 * {@code pod.yaml} if nothing may change) or {@code expected-rejection.txt} must come out. {@code warnings.txt} holds
 * the expected warnings, {@code environment.properties} the webhook's configuration if it is not the default.
 *
 * <p>{@code -Dslipway.cases.accept=CASE} writes what came out as what is expected, to be read before it is committed.
 */
class AdmissionCasesTest {
    private static final Path CASES = Path.of("src/test/resources/admission-cases");

    @TestFactory
    Stream<DynamicTest> aCaseComesOutAsExpected() {
        return cases().stream()
                .map(folder -> DynamicTest.dynamicTest(folder.getFileName().toString(), () -> {
                    accept(folder);
                    check(folder);
                }));
    }

    @Test
    void thereAreAtLeastFortyCases() {
        assertThat(cases()).hasSizeGreaterThanOrEqualTo(40);
    }

    private static void check(Path folder) {
        AdmissionHandler handler = Reviews.handler(environment(folder));
        JsonNode pod = Reviews.yaml(read(folder.resolve("pod.yaml")));
        JsonNode response = Reviews.mutate(handler, pod);

        assertThat(response.path("uid").asString("")).isEqualTo(Reviews.UID);
        assertThat(warnings(response)).isEqualTo(optional(folder.resolve("warnings.txt")));
        if (Files.exists(folder.resolve("expected-rejection.txt"))) {
            assertThat(response.path("status").path("message").asString("").strip())
                    .isEqualTo(read(folder.resolve("expected-rejection.txt")).strip());
            assertThat(response.path("allowed").asBoolean()).isFalse();
            assertThat(response.has("patch")).isFalse();
            return;
        }
        assertThat(response.path("allowed").asBoolean())
                .as(response.path("status").path("message").asString(""))
                .isTrue();
        JsonNode patched = Reviews.patched(pod, response);
        assertThat(pretty(patched)).isEqualTo(pretty(Reviews.yaml(read(folder.resolve("expected-pod.yaml")))));
        assertThat(patched).isEqualTo(Reviews.yaml(read(folder.resolve("expected-pod.yaml"))));
        AdditionsOnly.assertOnlyAdded(pod, patched);
        JsonNode secondPass = Reviews.mutate(handler, patched);
        assertThat(secondPass.path("allowed").asBoolean()).isTrue();
        assertThat(Reviews.patch(secondPass)).as("patch of the second pass").isEmpty();
    }

    private static void accept(Path folder) throws IOException {
        String accepted = System.getProperty("slipway.cases.accept", "");
        if (!accepted.equals("all") && !accepted.equals(folder.getFileName().toString())) {
            return;
        }
        JsonNode pod = Reviews.yaml(read(folder.resolve("pod.yaml")));
        JsonNode response = Reviews.mutate(Reviews.handler(environment(folder)), pod);
        Files.deleteIfExists(folder.resolve("warnings.txt"));
        Files.deleteIfExists(folder.resolve("expected-rejection.txt"));
        Files.deleteIfExists(folder.resolve("expected-pod.yaml"));
        if (response.path("allowed").asBoolean()) {
            Files.writeString(
                    folder.resolve("expected-pod.yaml"),
                    Reviews.YAML.writeValueAsString(Reviews.patched(pod, response)));
        } else {
            String message = response.path("status").path("message").asString("");
            Files.writeString(folder.resolve("expected-rejection.txt"), message + "\n");
        }
        if (!warnings(response).isEmpty()) {
            Files.writeString(folder.resolve("warnings.txt"), String.join("\n", warnings(response)) + "\n");
        }
    }

    private static List<String> warnings(JsonNode response) {
        return response.path("warnings")
                .valueStream()
                .map(each -> each.asString(""))
                .toList();
    }

    private static String pretty(JsonNode node) {
        return Reviews.YAML.writeValueAsString(node);
    }

    private static Map<String, String> environment(Path folder) {
        Path file = folder.resolve("environment.properties");
        var properties = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
        var environment = new HashMap<String, String>();
        properties.stringPropertyNames().forEach(name -> environment.put(name, properties.getProperty(name)));
        return environment;
    }

    private static List<Path> cases() {
        try (Stream<Path> folders = Files.list(CASES)) {
            return folders.filter(Files::isDirectory).sorted().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static List<String> optional(Path file) {
        return Files.exists(file) ? read(file).lines().toList() : List.of();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
