package dev.slipway.webhook.injection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OurKeysTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "slipway.dev/migrate",
                "slipway.dev/migrat",
                "slipway.dev/anything",
                "slipway.dev/",
                "SLIPWAY.DEV/migrate",
                "slipway.dev.migrate",
                "slipway.dev_schema",
                "slipway.dev-migrate",
                "slipway.io/migrate",
                "slipway/migrate",
                "slipway.com/MIGRATE",
                "slip-way.dev/migrate",
                "app.slipway.dev/migrate",
                "slipways.dev/migrate",
                "sliway.dev/migrate",
                "slpiway.dev/migrate",
                "slippway.dev/migrate"
            })
    void whatWasMeantForUsIsOurs(String key) {
        assertThat(OurKeys.isOurs(key)).isTrue();
        assertThat(OurKeys.suggestion("slipway.io/migrate")).contains("did you mean slipway.dev/migrate?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "slipway.dev/injected",
                "slipway.development.example/schema",
                "slipway.dev.example.com/schema",
                "slipway.k8s.example.com/release",
                "other.example/migrate",
                "migrate",
                "app",
                "play.dev/migrate",
                ""
            })
    void whatIsNotIsNot(String key) {
        assertThat(OurKeys.isOurs(key)).isFalse();
    }

    /** What the API server does not send is never judged, and what it sends in vain costs other people's pods. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "base/10-validating-admission-policy.yaml",
                "base/12-mutating-webhook-configuration.yaml",
                "base/13-validating-webhook-configuration.yaml",
                "chart/slipway/templates/validating-admission-policy.yaml",
                "chart/slipway/templates/mutating-webhook-configuration.yaml",
                "chart/slipway/templates/validating-webhook-configuration.yaml"
            })
    void theConfigurationsSelectByTheSameExpression(String manifest) throws IOException {
        String yaml = Files.readString(Path.of("..", "k8s").resolve(manifest));

        assertThat(yaml)
                .contains("key != '" + Annotations.INJECTED + "'")
                .contains("key.matches('" + OurKeys.EXPRESSION + "')");
        assertThat(yaml.replace("key.matches('" + OurKeys.EXPRESSION + "')", ""))
                .doesNotContain(".matches('(?i)");
    }
}
