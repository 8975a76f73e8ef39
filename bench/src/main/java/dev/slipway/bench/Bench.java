package dev.slipway.bench;

import dev.slipway.bench.contender.Contender;
import dev.slipway.bench.contender.Contenders;
import dev.slipway.bench.contender.Workshop;
import dev.slipway.bench.measure.ProcessMeter;
import dev.slipway.bench.measure.SlowLink;
import dev.slipway.testkit.postgres.Major;
import dev.slipway.testkit.postgres.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** The program behind {@code bench/run}. It prints its progress to stderr and the report, as Markdown, to stdout. */
public final class Bench {
    /** Durable settings would measure the disk; see {@link Options#disk}. */
    private static final Map<String, String> SERVER = Map.of("max_connections", "150", "shared_buffers", "128MB");

    private final Options options;
    private final Path work;
    private final ProcessMeter meter;
    private final Results results = new Results();
    private final Problems problems = new Problems();
    private final List<String> missing = new ArrayList<>();

    private Bench(Options options) throws IOException {
        this.options = options;
        this.work = Files.createTempDirectory("slipway-bench-");
        this.meter = new ProcessMeter(work);
    }

    /** @param args the root of the repository, then what {@link Options#USAGE} says */
    public static void main(String[] args) throws Exception {
        String[] rest = Arrays.copyOfRange(args, 1, args.length);
        Optional<Options> options = Options.parse(Path.of(args[0]), rest);
        if (options.isEmpty()) {
            System.err.print(Options.USAGE);
            System.exit(2);
            return;
        }
        new Bench(options.get()).run();
    }

    private void run() throws IOException, InterruptedException, ExecutionException, SQLException {
        try (PostgresServer server = PostgresServer.start(Major.NEWEST, withDisk(withAuth(SERVER)));
                PostgresServer few = PostgresServer.start(
                        Major.NEWEST, withAuth(Map.of("max_connections", "" + Scenario.FEW_SLOTS)))) {
            progress("preparing");
            List<Contender> contenders =
                    Contenders.prepare(new Workshop(options.root(), work, server, meter), missing).stream()
                            .filter(each -> options.wantsContender(each.name()))
                            .toList();
            for (Scenario scenario : Scenario.values()) {
                if (options.wants(scenario)) {
                    run(scenario, scenario.hasFewSlots() ? few : server, contenders);
                }
            }
        }
        System.out.print(new Report(results).render(missing, problems));
    }

    private Map<String, String> withAuth(Map<String, String> settings) throws IOException {
        if (!options.trust()) {
            return settings;
        }
        // Where the server's own user can read it.
        Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path hba = Files.writeString(work.resolve("pg_hba.conf"), "host all all all trust\nlocal all all trust\n");
        var with = new HashMap<>(settings);
        with.put("hba_file", hba.toString());
        return Map.copyOf(with);
    }

    /** What waits for the disk waits at least so long, and everything that came meanwhile is written by one. */
    private Map<String, String> withDisk(Map<String, String> settings) {
        if (options.disk() == 0) {
            return settings;
        }
        var with = new HashMap<>(settings);
        with.put("fsync", "on");
        with.put("synchronous_commit", "on");
        with.put("full_page_writes", "on");
        with.put("commit_delay", options.disk() + "000");
        with.put("commit_siblings", "0");
        return Map.copyOf(with);
    }

    private void run(Scenario scenario, PostgresServer server, List<Contender> contenders)
            throws IOException, InterruptedException, ExecutionException, SQLException {
        progress(scenario.title());
        List<Contender> included =
                contenders.stream().filter(scenario::includes).toList();
        if (scenario.isCrowd()) {
            new CrowdBenchmark(server, meter, work).run(scenario, included, results, problems);
        } else {
            try (SlowLink link = SlowLink.to(server.port(), Duration.ofMillis(options.roundTrip()))) {
                int port = options.roundTrip() == 0 ? server.port() : link.port();
                new StartBenchmark(server, meter, work, port)
                        .run(scenario, included, options.runs(), results, problems);
            }
        }
    }

    private static void progress(String text) {
        System.err.println("bench: " + text);
    }
}
