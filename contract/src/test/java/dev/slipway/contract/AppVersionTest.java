package dev.slipway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AppVersionTest {
    @Test
    void theOrderIsThatOfSemanticVersioning() {
        List<AppVersion> ordered = List.of(
                        "0.9",
                        "1.0.0-alpha",
                        "1.0.0-alpha.1",
                        "1.0.0-alpha.beta",
                        "1.0.0-beta.2",
                        "1.0.0-beta.11",
                        "1.0.0-rc.1",
                        "1.0.0",
                        "v1.0.1",
                        "1.2",
                        "1.10.0",
                        "2",
                        "20261121093000")
                .stream()
                .map(AppVersionTest::version)
                .toList();
        var shuffled = new ArrayList<>(ordered);
        Collections.shuffle(shuffled, new Random(7));

        assertThat(shuffled.stream().sorted()).containsExactlyElementsOf(ordered);
    }

    @Test
    void zerosAtTheEndTheVAndTheBuildDoNotCount() {
        assertThat(version("v2.4.0+build.7")).isEqualTo(version("2.4")).hasSameHashCodeAs(version("2.4"));
    }

    @Test
    void whatIsNoVersionIsNotRead() {
        for (String text : List.of("", "latest", "1.", "1..2", "1.2-", "main-4f2a", "1.2 ", "-1")) {
            assertThat(AppVersion.parse(text)).as(text).isEmpty();
        }
    }

    private static AppVersion version(String text) {
        return AppVersion.parse(text).orElseThrow();
    }
}
