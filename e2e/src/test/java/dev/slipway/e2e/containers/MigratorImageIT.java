package dev.slipway.e2e.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import dev.slipway.testkit.process.Program;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** The migrator's image against PostgreSQL's, both in containers, hardened as the webhook hardens the init containers. */
@DockerTest
class MigratorImageIT {
    private static final String IMAGE = "ghcr.io/slipway-dev/slipway-migrator:0.1.0";
    private static final String DATABASE = "database";

    private static final Network NETWORK = Network.newNetwork();
    private static final PostgreSQLContainer POSTGRES = new PostgreSQLContainer(DockerImageName.parse("postgres:18"))
            .withNetwork(NETWORK)
            .withNetworkAliases(DATABASE);

    @BeforeAll
    static void start() {
        Compose.build();
        POSTGRES.start();
    }

    @AfterAll
    static void stop() {
        POSTGRES.stop();
        NETWORK.close();
    }

    @Test
    void fiveContainersAtOnceMigrateOnce() {
        List<GenericContainer<?>> five = Stream.<GenericContainer<?>>generate(() -> migrator("migrate"))
                .limit(5)
                .toList();

        Startables.deepStart(five).join();

        List<String> ends = five.stream().map(MigratorImageIT::lastLine).toList();
        assertThat(ends).allMatch(line -> line.contains("\"exitCode\":0"));
        assertThat(ends)
                .filteredOn(line -> line.contains("\"outcome\":\"applied\""))
                .hasSize(1);
    }

    @Test
    void preflightRunsFromTheSameEntryPoint() {
        GenericContainer<?> preflight = migrator("preflight");

        preflight.start();

        assertThat(preflight.getLogs()).contains("\"exitCode\":0");
    }

    /** With {@code AOTMode=on} Java refuses to start when the cache does not fit this runtime and this jar. */
    @Test
    void theAheadOfTimeCacheFits() {
        GenericContainer<?> version = migrator("--version").withEnv("JAVA_TOOL_OPTIONS", "-XX:AOTMode=on");

        version.start();

        assertThat(version.getLogs()).contains("slipway 0.1.0").doesNotContain("Unable to use AOT cache");
    }

    @Test
    void theImageIsNotRootAndSaysWhatItIs() {
        InspectImageResponse image =
                DockerClientFactory.instance().client().inspectImageCmd(IMAGE).exec();

        assertThat(image.getConfig().getUser()).isEqualTo("65532:65532");
        assertThat(image.getConfig().getLabels())
                .containsEntry("org.opencontainers.image.title", "slipway-migrator")
                .containsEntry("org.opencontainers.image.licenses", "Apache-2.0")
                .containsEntry("org.opencontainers.image.version", "0.1.0");
    }

    @Test
    void thereIsNoShell() {
        GenericContainer<?> shell = migrator("-c", "true")
                .withCreateContainerCmdModifier(command -> command.withEntrypoint("/bin/sh"))
                .withStartupAttempts(1);

        assertThatThrownBy(shell::start).hasStackTraceContaining("/bin/sh");
    }

    private static GenericContainer<?> migrator(String... arguments) {
        return new GenericContainer<>(DockerImageName.parse(IMAGE))
                .withNetwork(NETWORK)
                .withEnv("DATABASE_URL", "postgres://test:test@" + DATABASE + ":5432/test")
                .withCommand(arguments)
                .withCreateContainerCmdModifier(MigratorImageIT::harden)
                .withStartupCheckStrategy(new OneShotStartupCheckStrategy().withTimeout(Duration.ofMinutes(2)));
    }

    private static void harden(CreateContainerCmd command) {
        HostConfig host = command.getHostConfig();
        // Not by Testcontainers' own binds, which start one more image first to see whether they work.
        String migrations = Program.inSourceTree("migrations/sql") + ":/migrations:ro";
        command.withHostConfig(host.withBinds(Bind.parse(migrations))
                .withReadonlyRootfs(true)
                .withCapDrop(Capability.ALL)
                .withSecurityOpts(List.of("no-new-privileges"))
                .withTmpFs(Map.of("/tmp", "")));
    }

    private static String lastLine(GenericContainer<?> container) {
        List<String> lines = container.getLogs().lines().toList();
        return lines.get(lines.size() - 1);
    }
}
