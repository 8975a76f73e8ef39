package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.e2e.cluster.Installation;
import dev.slipway.e2e.cluster.PodDatabases;
import dev.slipway.e2e.cluster.PodDatabases.PodDatabase;
import dev.slipway.e2e.cluster.Terminations;
import dev.slipway.testkit.kubernetes.Kubectl;
import dev.slipway.testkit.kubernetes.KubernetesCluster;
import dev.slipway.testkit.kubernetes.KubernetesTest;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * A Secret that the application reads by {@code envFrom} holds more than the database: nothing of that reaches the migrator,
 * neither its settings nor its process.
 */
@KubernetesTest
@EnabledIf(value = "dev.slipway.e2e.cluster.PodDatabases#arePossible", disabledReason = PodDatabases.MISSING)
class DatabaseFromIT {
    private static final String NAMESPACE = "database-from";
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    /** Each alone would send the migrator elsewhere, or end its process, some of them with 0. */
    private static final Map<String, String> HOSTILE = Map.ofEntries(
            Map.entry("SLIPWAY_SCHEMA", "elsewhere"),
            Map.entry("SLIPWAY_HISTORY_TABLE", "other_history"),
            Map.entry("SLIPWAY_MIGRATIONS", "/tmp"),
            Map.entry("SLIPWAY_PHASE", "contract"),
            Map.entry("SLIPWAY_TERMINATION_LOG", "/tmp/lost"),
            Map.entry("SLIPWAY_WAIT_TIMEOUT", "no duration"),
            Map.entry("SLIPWAY_SETTINGS", "schema,migrations"),
            Map.entry("SLIPWAY_JAVA", "/bin/true"),
            Map.entry("JAVA_TOOL_OPTIONS", "-XX:NoSuchOption"),
            Map.entry("JDK_JAVA_OPTIONS", "-Xnosuchoption"),
            Map.entry("_JAVA_OPTIONS", "-XX:NoSuchOption"),
            Map.entry("JAVA_OPTS", "-version"),
            Map.entry("CLASSPATH", "/nowhere"),
            Map.entry("JAVA_HOME", "/nowhere"),
            Map.entry("LD_PRELOAD", "/nowhere/lib.so"),
            Map.entry("LD_LIBRARY_PATH", "/nowhere"),
            Map.entry("LD_DEBUG", "help"),
            Map.entry("PATH", "/nowhere"),
            Map.entry("HOME", "/nowhere"),
            Map.entry("LC_ALL", "POSIX"));

    private static PodDatabases databases;
    private static PodDatabase database;
    private static Installation slipway;
    private static Kubectl kubectl;

    @BeforeAll
    static void install(KubernetesCluster cluster) {
        databases = PodDatabases.of(cluster);
        database = databases.create();
        slipway = Slipway.install(cluster);
        kubectl = slipway.kubectl();
        kubectl.run("create", "namespace", NAMESPACE);
        kubectl.run(
                "create", "configmap", "sql", "--namespace=" + NAMESPACE, "--from-literal=V1__a.sql=create table a ()");
        var secret = new ArrayList<>(List.of("create", "secret", "generic", "app", "--namespace=" + NAMESPACE));
        secret.add("--from-literal=DATABASE_URL=" + database.url());
        HOSTILE.forEach((name, value) -> secret.add("--from-literal=" + name + "=" + value));
        kubectl.run(secret.toArray(String[]::new));
    }

    @AfterAll
    static void uninstall() {
        kubectl.run("delete", "namespace", NAMESPACE);
        slipway.close();
        databases.close();
    }

    @Test
    void onlyTheDatabaseComesFromEnvFrom() {
        kubectl.runWith("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: api
                  namespace: database-from
                  annotations:
                    slipway.dev/migrate: "true"
                    slipway.dev/database-from: container:api
                    slipway.dev/migrations-from: configmap:sql
                spec:
                  restartPolicy: Never
                  containers:
                    - name: api
                      image: registry.example.com/shop/api:1.0.0
                      envFrom: [{secretRef: {name: app}}]
                """, "apply", "-f", "-");

        await().atMost(DEADLINE)
                .until(() -> Terminations.of(pod(), "slipway-migrate").isPresent());

        assertThat(Terminations.message(pod(), "slipway-migrate")
                        .path("outcome")
                        .asString())
                .isEqualTo("applied");
        assertThat(database.rows("select version from public.flyway_schema_history where version is not null"))
                .containsExactly("1");
    }

    private static Pod pod() {
        return slipway.client().pods().inNamespace(NAMESPACE).withName("api").get();
    }
}
