package dev.slipway.e2e.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Bind;
import dev.slipway.testkit.process.Program;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** The migrator's image against PostgreSQL's, both in containers, hardened as the webhook hardens the init containers. */
@DockerTest
class MigratorImageIT {
    private static final ContainerImage IMAGE = new ContainerImage("slipway-migrator");
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

    @Test
    void theAheadOfTimeCacheFits() {
        IMAGE.assertThatTheAheadOfTimeCacheFits("slipway 0.1.0");
    }

    @Test
    void theImageIsNotRootAndSaysWhatItIs() {
        IMAGE.assertThatItIsNotRootAndSaysWhatItIs();
    }

    @Test
    void itsBillOfMaterialsNamesItsLibraries() {
        assertThat(IMAGE.libraries()).contains("flyway-core", "postgresql", "slipway-contract");
    }

    @Test
    void thereIsNoShell() {
        IMAGE.assertThatThereIsNoShell();
    }

    private static GenericContainer<?> migrator(String... arguments) {
        return IMAGE.container(Bind.parse(Program.inSourceTree("migrations/sql") + ":/migrations:ro"))
                .withNetwork(NETWORK)
                .withEnv("DATABASE_URL", "postgres://test:test@" + DATABASE + ":5432/test")
                .withCommand(arguments)
                .withStartupCheckStrategy(new OneShotStartupCheckStrategy().withTimeout(Duration.ofMinutes(2)));
    }

    private static String lastLine(GenericContainer<?> container) {
        List<String> lines = container.getLogs().lines().toList();
        return lines.get(lines.size() - 1);
    }
}
