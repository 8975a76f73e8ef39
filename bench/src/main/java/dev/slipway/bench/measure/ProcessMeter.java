package dev.slipway.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Runs processes and takes their time. One measurement at a time, because two would disturb each other. */
public final class ProcessMeter {
    private static final Duration DEADLINE = Duration.ofMinutes(5);
    private static final Set<String> KEPT_ENVIRONMENT = Set.of("PATH", "HOME", "LANG", "TMPDIR");
    /** The end of the output that explains a failure. */
    private static final int OUTPUT = 2000;

    private final Path folder;

    /** @param folder where the processes run, and where their output goes */
    public ProcessMeter(Path folder) {
        this.folder = folder;
    }

    /** One run; nothing else is looked at meanwhile. */
    public Cost run(Invocation invocation) throws IOException, InterruptedException {
        return run(invocation, 0);
    }

    /** Starts all of them at once and waits for the last. */
    public List<Cost> runTogether(List<Invocation> invocations) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(invocations.size());
        try {
            List<Callable<Cost>> runs = new ArrayList<>();
            for (int number = 0; number < invocations.size(); number++) {
                int own = number;
                runs.add(() -> run(invocations.get(own), own));
            }
            List<Cost> costs = new ArrayList<>();
            for (Future<Cost> each : threads.invokeAll(runs)) {
                costs.add(each.get());
            }
            return costs;
        } finally {
            threads.shutdown();
        }
    }

    /** The largest resident memory of a run in MiB: the sum over its processes, looked at every few milliseconds. */
    public double peakMib(Invocation invocation) throws IOException, InterruptedException {
        Process process = start(invocation, output(0));
        long peak = 0;
        while (process.isAlive()) {
            peak = Math.max(peak, ProcessFiles.peakKibOfTree(process.pid()));
            Thread.sleep(2);
        }
        return peak / 1024.0;
    }

    private Cost run(Invocation invocation, int number) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Process process = start(invocation, output(number));
        boolean ended = process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        double millis = (System.nanoTime() - start) / 1e6;
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
            return new Cost(millis, -1, "still running after " + DEADLINE + "\n" + tail(output(number)));
        }
        return new Cost(millis, process.exitValue(), tail(output(number)));
    }

    private Process start(Invocation invocation, Path output) throws IOException {
        var builder = new ProcessBuilder(invocation.command())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().retainAll(KEPT_ENVIRONMENT);
        builder.environment().putAll(invocation.env());
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    private Path output(int number) {
        return folder.resolve("output-" + number + ".log");
    }

    private static String tail(Path file) throws IOException {
        String output = Files.readString(file, StandardCharsets.ISO_8859_1);
        return output.substring(Math.max(0, output.length() - OUTPUT));
    }
}
