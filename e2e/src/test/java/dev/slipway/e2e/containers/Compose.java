package dev.slipway.e2e.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.process.ProcessResult;
import dev.slipway.testkit.process.Program;
import dev.slipway.testkit.process.RunningProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code docker compose} on the docker-compose.yml of the source tree, as a project of its own.
 *
 * @param project the project's name, which sets its containers and networks apart from others
 * @param settings variables of docker-compose.yml
 */
record Compose(String project, Map<String, String> settings) {
    /** The first build fetches everything that Maven needs. */
    static final Duration BUILD = Duration.ofMinutes(20);

    private static final Duration COMMAND = Duration.ofMinutes(5);

    /** Builds both images from the source tree as it is now; the engine's cache makes it quick when nothing changed. */
    static void build() {
        ProcessResult built = new Compose("slipway-build", Map.of()).run(BUILD, "build");
        assertThat(built.exitCode()).as(built.text()).isZero();
    }

    ProcessResult run(String... arguments) {
        return run(COMMAND, arguments);
    }

    private ProcessResult run(Duration deadline, String... arguments) {
        var command = new ArrayList<>(List.of("docker", "compose", "--progress", "plain", "--project-name", project));
        command.addAll(List.of(arguments));
        Program program = Program.of(command.toArray(String[]::new))
                .withEnv(engine())
                .withEnv(settings)
                .inFolder(Program.inSourceTree(""));
        try (RunningProcess process = program.start()) {
            return process.awaitExit(deadline);
        }
    }

    /** The lines that the containers of a service have printed, without the prefix that names the container. */
    List<String> logs(String service) {
        return run("logs", "--no-color", "--no-log-prefix", service).stdout();
    }

    /** Which engine, and how to build with it, is this process's own matter. */
    static Map<String, String> engine() {
        var chosen = new TreeMap<>(System.getenv());
        chosen.keySet().removeIf(name -> !name.startsWith("DOCKER_") && !name.startsWith("COMPOSE_"));
        return chosen;
    }
}
