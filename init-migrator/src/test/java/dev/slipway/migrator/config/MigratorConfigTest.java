package dev.slipway.migrator.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Settings;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MigratorConfigTest {
    private final Problems problems = new Problems();

    @Test
    void namesItselfAfterThePod() {
        assertThat(applicationName(Map.of("SLIPWAY_POD_NAMESPACE", "shop", "SLIPWAY_POD_NAME", "api-7d4")))
                .isEqualTo("slipway/shop/api-7d4");
    }

    @Test
    void theHostNameStandsInOutsideKubernetes() {
        assertThat(applicationName(Map.of("HOSTNAME", "laptop"))).isEqualTo("slipway/laptop");
        assertThat(applicationName(Map.of())).isEqualTo("slipway/local");
    }

    @Test
    void aLongNameKeepsTheEndOfThePodWhichTellsReplicasApart() {
        String name = MigratorConfig.applicationName("shop/" + "a".repeat(60) + "-7d4f9-x2x7q");
        assertThat(name).startsWith("slipway/shop/~aaa").endsWith("a-7d4f9-x2x7q");
        assertThat(name.getBytes(StandardCharsets.UTF_8)).hasSize(63);
    }

    private String applicationName(Map<String, String> identity) {
        var env = new java.util.HashMap<>(identity);
        env.put("DATABASE_URL", "postgres://shop@db/orders");
        Settings settings = Settings.fromEnv(env, problems);
        return requireNonNull(MigratorConfig.read(settings, env, problems)).applicationName();
    }
}
