package dev.slipway.webhook.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import dev.slipway.webhook.injection.InjectionDefaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WebhookConfigTest {
    /** A value other than the default for each key; a key that is missing here fails the test below. */
    private static final Map<String, String> OTHER_THAN_DEFAULT = Map.ofEntries(
            Map.entry("SLIPWAY_WEBHOOK_LISTEN_ADDRESS", "127.0.0.1"),
            Map.entry("SLIPWAY_WEBHOOK_LISTEN_PORT", "10250"),
            Map.entry("SLIPWAY_WEBHOOK_MANAGEMENT_PORT", "0"),
            Map.entry("SLIPWAY_WEBHOOK_CERTIFICATE_MODE", "managed"),
            Map.entry("SLIPWAY_WEBHOOK_CERTIFICATE_FILE", "/a/crt"),
            Map.entry("SLIPWAY_WEBHOOK_KEY_FILE", "/a/key"),
            Map.entry("SLIPWAY_WEBHOOK_CA_VALIDITY", "720h"),
            Map.entry("SLIPWAY_WEBHOOK_CERTIFICATE_VALIDITY", "1h"),
            Map.entry("SLIPWAY_WEBHOOK_MIGRATOR_IMAGE", "mirror.example/migrator:${version}-2"),
            Map.entry("SLIPWAY_WEBHOOK_IMAGE_PULL_POLICY", "Always"),
            Map.entry("SLIPWAY_WEBHOOK_PREFLIGHT", "container"),
            Map.entry("SLIPWAY_WEBHOOK_REQUESTS_CPU", "11m"),
            Map.entry("SLIPWAY_WEBHOOK_REQUESTS_MEMORY", "64Mi"),
            Map.entry("SLIPWAY_WEBHOOK_LIMITS_CPU", "20m"),
            Map.entry("SLIPWAY_WEBHOOK_LIMITS_MEMORY", "65Mi"),
            Map.entry("SLIPWAY_WEBHOOK_WAIT_TIMEOUT", "20m"),
            Map.entry("SLIPWAY_WEBHOOK_CONNECT_TIMEOUT", "5s"),
            Map.entry("SLIPWAY_WEBHOOK_LOCK_TIMEOUT", "1s"),
            Map.entry("SLIPWAY_WEBHOOK_STATEMENT_TIMEOUT", "1h"),
            Map.entry("SLIPWAY_WEBHOOK_IMAGE_VOLUMES", "on"),
            Map.entry("SLIPWAY_WEBHOOK_SECRET_INJECTORS", "fetch-secrets"),
            Map.entry("SLIPWAY_WEBHOOK_LATER_CONTAINERS", "one, two"),
            Map.entry("SLIPWAY_WEBHOOK_MAX_BODY", "1Mi"),
            Map.entry("SLIPWAY_WEBHOOK_MAX_CONCURRENCY", "7"),
            Map.entry("SLIPWAY_WEBHOOK_CLIENT_CA_FILE", "/a/clients.crt"),
            Map.entry("SLIPWAY_WEBHOOK_CLIENT_NAMES", "kube-apiserver"),
            Map.entry("SLIPWAY_WEBHOOK_DRAIN", "0"),
            Map.entry("SLIPWAY_WEBHOOK_WATCH", "on"));

    @Test
    void everyKeyIsRead() {
        WebhookConfig config = valid(OTHER_THAN_DEFAULT);

        assertThat(config.effective()).isEqualTo(OTHER_THAN_DEFAULT);
        assertThat(ConfigKey.all())
                .allSatisfy(key -> assertThat(OTHER_THAN_DEFAULT)
                        .containsKey(key.env())
                        .extractingByKey(key.env())
                        .isNotEqualTo(key.defaultText()));
        assertThat(config.get(ConfigKey.LISTEN_PORT)).isEqualTo(10250);
        assertThat(config.get(ConfigKey.CERTIFICATE_MODE)).isEqualTo(CertificateMode.MANAGED);
        assertThat(config.get(ConfigKey.LATER_CONTAINERS)).isEqualTo(Set.of("one", "two"));
        assertThat(config.get(ConfigKey.DRAIN)).isEqualTo(Duration.ZERO);
    }

    @Test
    void whatThePlatformChoosesReachesThePods() {
        InjectionDefaults defaults = valid(OTHER_THAN_DEFAULT).injectionDefaults("1.2.3", Optional.empty());

        assertThat(defaults.image()).isEqualTo("mirror.example/migrator:1.2.3-2");
        assertThat(defaults.imagePullPolicy()).isEqualTo("Always");
        assertThat(defaults.resources().limitsMemory()).hasToString("65Mi");
        assertThat(defaults.settings().get(Setting.WAIT_TIMEOUT)).isEqualTo(Duration.ofMinutes(20));
        assertThat(defaults.settings().get(Setting.STATEMENT_TIMEOUT)).isEqualTo(Duration.ofHours(1));
        assertThat(defaults.secretInjectors()).containsExactly("fetch-secrets");
    }

    @Test
    void everyDefaultIsValid() {
        WebhookConfig config = valid(Map.of());

        assertThat(config.get(ConfigKey.LISTEN_PORT)).isEqualTo(8443);
        assertThat(config.get(ConfigKey.MAX_BODY).amount().intValueExact()).isEqualTo(7 * 1024 * 1024);
        assertThat(config.get(ConfigKey.WAIT_TIMEOUT)).isEmpty();
        assertThat(config.injectionDefaults("1", Optional.empty()).settings().toEnv())
                .isEmpty();
    }

    @Test
    void imageVolumesFollowTheServerUnlessTold() {
        var old = Optional.of(new KubernetesVersion(1, 34));
        var young = Optional.of(new KubernetesVersion(1, 35));

        assertThat(valid(Map.of()).injectionDefaults("1", old).imageVolumes()).isFalse();
        assertThat(valid(Map.of()).injectionDefaults("1", young).imageVolumes()).isTrue();
        assertThat(valid(Map.of()).injectionDefaults("1", Optional.empty()).imageVolumes())
                .isFalse();
        assertThat(valid(Map.of("SLIPWAY_WEBHOOK_IMAGE_VOLUMES", "off"))
                        .injectionDefaults("1", young)
                        .imageVolumes())
                .isFalse();
    }

    @Test
    void everyMistakeIsReportedAtOnce() {
        var problems = new Problems();

        WebhookConfig config = WebhookConfig.fromEnv(
                Map.of(
                        "SLIPWAY_WEBHOOK_LISTEN_PORT", "65536",
                        "SLIPWAY_WEBHOOK_MIGRATOR_IMAGE", "two words",
                        "SLIPWAY_WEBHOOK_DRAIN", "10",
                        "SLIPWAY_WEBHOOK_MAX_BODY", "1Gi",
                        "SLIPWAY_WEBHOOK_IMAGE_VOLUMES", "maybe",
                        "SLIPWAY_WEBHOOK_SECRET_INJECTORS", "a,,b",
                        "SLIPWAY_WEBHOOK_LISTN_PORT", "8443",
                        "SLIPWAY_WEBHOOK_PORT", "8443"),
                problems);

        assertThat(problems.list()).hasSize(8);
        assertThat(problems.describe("the environment"))
                .contains("SLIPWAY_WEBHOOK_LISTEN_PORT is '65536'; expected a number from 0 to 65535")
                .contains("SLIPWAY_WEBHOOK_LISTN_PORT is unknown; did you mean SLIPWAY_WEBHOOK_LISTEN_PORT?")
                .contains("SLIPWAY_WEBHOOK_PORT is unknown")
                .contains("SLIPWAY_WEBHOOK_DRAIN is '10'; expected a duration");
        assertThatThrownBy(() -> config.get(ConfigKey.LISTEN_PORT)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void requestsAboveLimitsAreRefused() {
        var problems = new Problems();

        WebhookConfig.fromEnv(
                Map.of("SLIPWAY_WEBHOOK_REQUESTS_CPU", "2", "SLIPWAY_WEBHOOK_REQUESTS_MEMORY", "1Gi"), problems);

        assertThat(problems.list()).hasSize(2);
    }

    @Test
    void aCertificateThatItsAuthorityCannotOutliveIsRefused() {
        var problems = new Problems();

        WebhookConfig.fromEnv(
                Map.of("SLIPWAY_WEBHOOK_CA_VALIDITY", "48h", "SLIPWAY_WEBHOOK_CERTIFICATE_VALIDITY", "24h"), problems);
        WebhookConfig.fromEnv(Map.of("SLIPWAY_WEBHOOK_CERTIFICATE_VALIDITY", "9s"), problems);

        assertThat(problems.describe("the environment"))
                .contains("SLIPWAY_WEBHOOK_CERTIFICATE_VALIDITY is '24h'; expected at most a third of")
                .contains("SLIPWAY_WEBHOOK_CERTIFICATE_VALIDITY is '9s'; expected a duration");
    }

    @Test
    void variablesThatKubernetesMakesForServicesAreIgnored() {
        var env = new HashMap<String, String>();
        env.put("SLIPWAY_WEBHOOK_SERVICE_HOST", "10.0.0.1");
        env.put("SLIPWAY_WEBHOOK_SERVICE_PORT", "443");
        env.put("SLIPWAY_WEBHOOK_SERVICE_PORT_HTTPS", "443");
        env.put("SLIPWAY_WEBHOOK_PORT", "tcp://10.0.0.1:443");
        env.put("SLIPWAY_WEBHOOK_PORT_443_TCP", "tcp://10.0.0.1:443");
        env.put("SLIPWAY_WEBHOOK_PORT_443_TCP_PROTO", "tcp");
        env.put("SLIPWAY_WEBHOOK_PORT_443_TCP_PORT", "443");
        env.put("SLIPWAY_WEBHOOK_PORT_443_TCP_ADDR", "10.0.0.1");
        env.put("SLIPWAY_WEBHOOK_METRICS_SERVICE_HOST", "10.0.0.2");
        env.put("SLIPWAY_WEBHOOK_METRICS_PORT", "tcp://10.0.0.2:8081");

        valid(env);
    }

    /** A Service called slipway-webhook must never set one of our keys by accident. */
    @Test
    void noKeyIsOneThatKubernetesMakes() {
        assertThat(ConfigKey.all())
                .allSatisfy(key -> assertThat(key.env())
                        .doesNotStartWith("SLIPWAY_WEBHOOK_SERVICE_")
                        .doesNotMatch("SLIPWAY_WEBHOOK_PORT.*"));
    }

    @Test
    void theDocumentHasEveryKey() throws IOException {
        var table = new StringBuilder();
        for (ConfigKey<?> key : ConfigKey.all()) {
            String shown =
                    key.defaultText().isEmpty() ? "" : "`" + key.defaultText().replace(",", ", ") + "`";
            table.append("| `")
                    .append(key.env().substring(ConfigKey.PREFIX.length()))
                    .append("` | ");
            table.append(shown).append(" | ").append(key.help()).append(" |\n");
        }

        assertThat(Files.readString(Path.of("..", "docs", "webhook.md"))).contains(table);
    }

    private static WebhookConfig valid(Map<String, String> env) {
        var problems = new Problems();
        WebhookConfig config = WebhookConfig.fromEnv(env, problems);
        assertThat(problems.list()).isEmpty();
        return config;
    }
}
