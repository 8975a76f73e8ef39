package dev.slipway.webhook.injection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The gate compares the text of an annotation with the text of the variable, because a policy in CEL cannot parse
 * values. So the injected variable must have the very text of the annotation, whatever spelling of the value was
 * chosen.
 */
class AnnotatedSettingsTest {
    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "none",
            "None",
            "NONE",
            " none ",
            "V",
            " V",
            "V ",
            "v",
            "_",
            "__",
            " __ ",
            "$",
            "$$V",
            "true",
            "TRUE",
            "True",
            "false",
            "1",
            "01",
            "1.0",
            "1_0",
            "1.",
            " 1",
            "v1",
            "expand",
            "Expand",
            "EXPAND",
            "allow",
            "Allow",
            "refuse",
            "auto",
            "flyway",
            "FLYWAY",
            "drizzle",
            "a",
            "A",
            " a b ",
            "app",
            "App",
            "\"app\"",
            "a.b",
            "x-y",
            "/a",
            "/a/",
            "//a",
            "/a/../b",
            "./a",
            "uri",
            "2026.11.30",
            "1.2.3-rc1",
            "fail",
            "ignore",
            "Ignore",
            "warn");

    static Stream<Setting<?>> annotated() {
        return Setting.all().stream()
                .filter(setting -> ContainerIdentity.ANNOTATED.containsKey(setting.env()))
                .filter(setting -> Annotations.all().stream()
                        .anyMatch(annotation ->
                                annotation.setting().filter(setting::equals).isPresent()));
    }

    @ParameterizedTest
    @MethodSource("annotated")
    <T> void theVariableHasTheTextOfTheAnnotation(Setting<T> setting) {
        for (String text : TEXTS) {
            T value = setting.parse(text, "", new Problems());
            if (value != null) {
                assertThat(setting.format(value)).as("'%s'", text).isEqualTo(text.strip());
            }
        }
    }
}
