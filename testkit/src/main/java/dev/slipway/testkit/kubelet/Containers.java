package dev.slipway.testkit.kubelet;

import dev.slipway.testkit.process.OutputLine;
import dev.slipway.testkit.process.RunningProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** Starts the containers of one pod: works out everything that the pod says, and leaves the rest to the isolation. */
final class Containers {
    private static final String TERMINATION_LOG = "/dev/termination-log";

    private final JsonNode pod;
    private final Path folder;
    private final ClusterObjects objects;
    private final Map<String, LocalImage> images;
    private final Isolation isolation;
    private final PodVolumes volumes;

    Containers(JsonNode pod, Path folder, ClusterObjects objects, Map<String, LocalImage> images, Isolation isolation) {
        this.pod = pod;
        this.folder = folder;
        this.objects = objects;
        this.images = images;
        this.isolation = isolation;
        this.volumes = new PodVolumes(folder.resolve("volumes"), objects, images, pod);
    }

    boolean isKnown(JsonNode container) {
        return images.containsKey(container.path("image").asString());
    }

    /**
     * Starts one container.
     *
     * @throws ContainerConfigException if something that it needs is missing
     */
    Started start(JsonNode container, Consumer<OutputLine> listener) {
        try {
            Path terminationLog = Files.createTempFile(folder, "termination-log-", "");
            FileModes.chmod(terminationLog, 0666);
            ContainerStart start = prepare(container, terminationLog);
            return new Started(run(start, listener), terminationLog);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private RunningProcess run(ContainerStart start, Consumer<OutputLine> listener) {
        try {
            return RunningProcess.start(isolation.program(start), listener);
        } catch (UncheckedIOException noSuchProgram) {
            throw ContainerConfigException.run("cannot start the " + start);
        }
    }

    /** A running container and the file for its termination message. */
    record Started(RunningProcess process, Path terminationLog) {}

    private ContainerStart prepare(JsonNode container, Path terminationLog) throws IOException {
        LocalImage image = images.get(container.path("image").asString());
        if (image == null) {
            throw ContainerConfigException.image(container.path("image").asString());
        }
        Map<String, String> env = new TreeMap<>(image.env());
        env.put("HOSTNAME", PodFields.name(pod));
        env.putAll(ContainerEnvironment.of(objects, pod, container));
        return new ContainerStart(
                command(container, image, env),
                container.path("workingDir").asString("/"),
                env,
                mounts(container, image, env, terminationLog),
                Identity.of(pod, container, image),
                container.path("securityContext").path("readOnlyRootFilesystem").asBoolean(false),
                Files.createDirectories(folder.resolve("root")),
                image.builtInPaths());
    }

    /** The pod's command replaces the image's entry point; its arguments are added to either. */
    private static List<String> command(JsonNode container, LocalImage image, Map<String, String> env) {
        var command = new ArrayList<String>();
        container.path("command").forEach(each -> command.add(VariableExpansion.expand(each.asString(), env)));
        if (command.isEmpty()) {
            command.addAll(image.entrypoint());
        }
        container.path("args").forEach(each -> command.add(VariableExpansion.expand(each.asString(), env)));
        if (command.isEmpty()) {
            throw ContainerConfigException.config("no command specified");
        }
        return List.copyOf(command);
    }

    private List<Mount> mounts(JsonNode container, LocalImage image, Map<String, String> env, Path terminationLog) {
        var mounts = new ArrayList<Mount>();
        image.files().forEach((path, source) -> mounts.add(new Mount(source.toAbsolutePath(), path, true)));
        container.path("volumeMounts").forEach(each -> mounts.add(volumes.mount(each, env)));
        mounts.add(new Mount(
                terminationLog, container.path("terminationMessagePath").asString(TERMINATION_LOG), false));
        return List.copyOf(mounts);
    }
}
