package dev.slipway.e2e.demo;

import dev.slipway.testkit.kubelet.ContainerState;
import dev.slipway.testkit.kubelet.ContainerStatus;
import dev.slipway.testkit.kubelet.PodObserver;
import dev.slipway.testkit.kubelet.PodRun;
import dev.slipway.testkit.kubelet.PodStatus;
import dev.slipway.testkit.process.OutputLine;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Prints what happens to pods, as it happens: one line for each change of a container. Thread-safe. */
final class Timeline implements PodObserver {
    private static final JsonMapper JSON = new JsonMapper();
    /** 128 + signal: from here on a signal ended the container. */
    private static final int BY_SIGNAL = 128;

    private final Screen screen;
    private final boolean withLogs;
    private final BooleanSupplier ending;
    private final long start = System.nanoTime();
    private final Map<String, ContainerState> seen = new HashMap<>();
    private final Set<String> waiting = new HashSet<>();

    /**
     * @param withLogs whether every line that a container prints is shown too
     * @param ending whether the demo is ending, so that what happens now is not part of the story
     */
    Timeline(Screen screen, boolean withLogs, BooleanSupplier ending) {
        this.screen = screen;
        this.withLogs = withLogs;
        this.ending = ending;
    }

    @Override
    public void changed(PodRun pod, PodStatus status) {
        Stream.concat(status.initContainers().stream(), status.containers().stream())
                .forEach(each -> changed(pod, each));
    }

    @Override
    public void printed(PodRun pod, String container, OutputLine line) {
        if (withLogs) {
            event(pod, container, Screen.Tone.FAINT, "| " + line.text());
        } else {
            milestone(pod, line.text()).ifPresent(what -> event(pod, container, Screen.Tone.PLAIN, what));
        }
    }

    private void changed(PodRun pod, ContainerStatus container) {
        ContainerState state = container.state();
        if (!isNew(pod.name() + "/" + container.name(), state)) {
            return;
        }
        if (state instanceof ContainerState.Running) {
            event(pod, container.name(), Screen.Tone.FAINT, "started");
        } else if (state instanceof ContainerState.Terminated ended) {
            Screen.Tone tone = ended.exitCode() == 0 ? Screen.Tone.GOOD : Screen.Tone.BAD;
            letCtrlCThrough(ended);
            event(pod, container.name(), tone, describe(ended));
        } else if (state instanceof ContainerState.Waiting reason
                && !reason.reason().equals("PodInitializing")) {
            event(pod, container.name(), Screen.Tone.BAD, reason.reason() + ": " + reason.message());
        }
    }

    private synchronized boolean isNew(String container, ContainerState state) {
        return !state.equals(seen.put(container, state));
    }

    /** A terminal signals the containers as well as this process, which may need a moment to notice. */
    private static void letCtrlCThrough(ContainerState.Terminated ended) {
        if (ended.exitCode() > BY_SIGNAL) {
            LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
        }
    }

    private static String describe(ContainerState.Terminated ended) {
        String how = "exit " + ended.exitCode();
        return MigratorReport.of(ended).map(each -> how + ": " + each.message()).orElse(how);
    }

    /** What the migrator logs on its way, as far as it belongs to the story. */
    private Optional<String> milestone(PodRun pod, String line) {
        JsonNode log = json(line);
        String message = log.path("message").asString();
        if (message.equals("applied")) {
            return Optional.of("applied " + log.path("script").asString() + " in "
                    + log.path("ms").asString() + " ms");
        }
        if (message.startsWith("waiting for") && isFirst(pod)) {
            return Optional.of(message);
        }
        return Optional.empty();
    }

    private synchronized boolean isFirst(PodRun pod) {
        return waiting.add(pod.name());
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (JacksonException notJson) {
            return JSON.missingNode();
        }
    }

    private void event(PodRun pod, String container, Screen.Tone tone, String what) {
        if (ending.getAsBoolean()) {
            return;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        screen.line(String.format(Locale.ROOT, "  %+7.2f s  %s  %-17s  ", seconds, pod.name(), container)
                + screen.paint(tone, what));
    }
}
