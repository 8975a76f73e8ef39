package dev.slipway.e2e.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.utility.DockerImageName;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An image of ours, and what holds for each of them.
 *
 * @param title as its label says
 */
record ContainerImage(String title) {
    private static final String LABELS = "org.opencontainers.image.";
    private static final String SBOM = "/opt/slipway/sbom.json";
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    DockerImageName name() {
        return DockerImageName.parse("ghcr.io/slipway-dev/" + title + ":0.1.0");
    }

    /** Hardened as our manifests and the webhook do it; not started. */
    GenericContainer<?> container(Bind... binds) {
        return new GenericContainer<>(name()).withCreateContainerCmdModifier(command -> harden(command, binds));
    }

    /** The same for a command that ends. */
    GenericContainer<?> oneShot(String... arguments) {
        return container()
                .withCommand(arguments)
                .withStartupCheckStrategy(new OneShotStartupCheckStrategy().withTimeout(DEADLINE));
    }

    private static void harden(CreateContainerCmd command, Bind... binds) {
        HostConfig host = command.getHostConfig();
        // Not by Testcontainers' own binds, which start one more image first to see whether they work.
        command.withHostConfig(host.withBinds(binds)
                .withReadonlyRootfs(true)
                .withCapDrop(Capability.ALL)
                .withSecurityOpts(List.of("no-new-privileges"))
                .withTmpFs(Map.of("/tmp", "")));
    }

    void assertThatItIsNotRootAndSaysWhatItIs() {
        InspectImageResponse image = DockerClientFactory.instance()
                .client()
                .inspectImageCmd(name().asCanonicalNameString())
                .exec();

        assertThat(image.getConfig().getUser()).isEqualTo("65532:65532");
        assertThat(image.getConfig().getLabels())
                .containsEntry(LABELS + "title", title)
                .containsEntry(LABELS + "licenses", "Apache-2.0")
                .containsEntry(LABELS + "version", "0.1.0")
                .containsEntry(LABELS + "source", "https://github.com/slipway-dev/slipway")
                .containsKeys(LABELS + "description", LABELS + "revision");
    }

    void assertThatThereIsNoShell() {
        GenericContainer<?> shell = oneShot("-c", "true")
                .withCreateContainerCmdModifier(command -> command.withEntrypoint("/bin/sh"))
                .withStartupAttempts(1);

        assertThatThrownBy(shell::start).hasStackTraceContaining("/bin/sh");
    }

    /**
     * With {@code AOTMode=on} Java refuses to start when the cache does not fit this runtime and this jar. If the jar
     * has moved since, the JVM looks for it in vain, for each package: that only takes time.
     */
    void assertThatTheAheadOfTimeCacheFits(String version) {
        GenericContainer<?> container =
                oneShot("--version").withEnv("JAVA_TOOL_OPTIONS", "-XX:AOTMode=on -Xlog:exceptions=info");
        try (container) {
            container.start();

            assertThat(container.getLogs())
                    .contains(version)
                    .doesNotContain("Unable to use AOT cache", "NoSuchFileException");
        }
    }

    /** The names of the libraries that its bill of materials lists, in CycloneDX's format. */
    Set<String> libraries() {
        GenericContainer<?> container = oneShot("--version");
        try (container) {
            container.start();
            JsonNode bill = container.copyFileFromContainer(SBOM, new JsonMapper()::readTree);
            assertThat(bill.path("bomFormat").asString()).isEqualTo("CycloneDX");
            var names = new TreeSet<String>();
            bill.path("components")
                    .forEach(library -> names.add(library.path("name").asString()));
            return names;
        }
    }
}
