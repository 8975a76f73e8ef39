package dev.slipway.migrator.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.flywaydb.core.api.resource.LoadableResource;
import org.flywaydb.core.internal.resolver.ChecksumCalculator;
import org.flywaydb.core.internal.resource.StringResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksumTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "select 1;",
                "a\nb\n",
                "a\r\nb",
                "a\rb\r\r\n",
                "\n\n",
                "\uFEFFselect 1;\n",
                "select 'ä€😀';\n"
            })
    void equalsFlyways(String text) {
        assertThat(Checksum.of(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(flyway(text));
    }

    @Test
    void equalsFlywaysForAnyText() {
        long seed = 20261121;
        var random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            String text = randomText(random);
            assertThat(Checksum.of(text.getBytes(StandardCharsets.UTF_8)))
                    .as("seed %s, round %s, text %s", seed, round, text)
                    .isEqualTo(flyway(text));
        }
    }

    @Test
    void equalsFlywaysForTheSampleApplication() throws IOException {
        Path sql = Path.of(Objects.requireNonNullElse(System.getProperty("slipway.root"), ".."), "migrations", "sql");
        try (var files = Files.list(sql)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".sql")).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                assertThat(Checksum.of(bytes))
                        .as(file.toString())
                        .isEqualTo(flyway(new String(bytes, StandardCharsets.UTF_8)));
            }
        }
    }

    private static int flyway(String text) {
        LoadableResource resource = new StringResource(text);
        return ChecksumCalculator.calculate(resource);
    }

    private static String randomText(Random random) {
        String[] parts = {"select", " ", "\n", "\r", "\r\n", "é", "'", "\t", ";", "😀"};
        int[] choices = random.ints(random.nextInt(30), 0, parts.length).toArray();
        return String.join(
                "", Arrays.stream(choices).mapToObj(choice -> parts[choice]).toList());
    }
}
