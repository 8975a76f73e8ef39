package dev.slipway.bench;

import dev.slipway.bench.contender.Contender;
import dev.slipway.bench.contender.Contender.Kind;
import dev.slipway.bench.measure.Cost;
import dev.slipway.bench.measure.Invocation;
import dev.slipway.bench.measure.Measured;
import dev.slipway.bench.measure.ProcessFiles;
import dev.slipway.bench.measure.ProcessMeter;
import dev.slipway.testkit.postgres.PostgresServer;
import dev.slipway.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One process after the other. The contenders take turns, so that a busy minute of the machine hits all of them. */
final class StartBenchmark {
    private final PostgresServer server;
    private final ProcessMeter meter;
    private final Path work;
    private final int port;

    /** @param port where the programs find the server */
    StartBenchmark(PostgresServer server, ProcessMeter meter, Path work, int port) {
        this.server = server;
        this.meter = meter;
        this.work = work;
        this.port = port;
    }

    void run(Scenario scenario, List<Contender> contenders, int runs, Results results, Problems problems)
            throws IOException, InterruptedException {
        Map<Contender, TestDatabase> databases = new LinkedHashMap<>();
        for (Contender each : contenders) {
            TestDatabase database = server.createDatabase();
            if (prepare(scenario, each, database, problems)) {
                databases.put(each, database);
            }
        }
        measure(scenario, databases, runs, results, problems);
        databases.values().forEach(database -> server.dropDatabase(database.name()));
    }

    /** One run that does not count: it applies what is to be there, or warms the page cache, and shows that it works. */
    private boolean prepare(Scenario scenario, Contender contender, TestDatabase database, Problems problems)
            throws IOException, InterruptedException {
        Cost cost = meter.run(invocation(scenario, contender, database));
        boolean works = cost.succeeded()
                && (contender.kind() == Kind.FLOOR
                        || DatabaseState.tables(database)
                                == scenario.migrations().tables());
        if (!works) {
            problems.add(contender.name() + " in " + scenario.scenarioName() + ": " + cost.output());
        }
        return works;
    }

    private void measure(
            Scenario scenario, Map<Contender, TestDatabase> databases, int runs, Results results, Problems problems)
            throws IOException, InterruptedException {
        Map<Contender, List<Double>> walls = new LinkedHashMap<>();
        Map<Contender, Double> cpu = new LinkedHashMap<>();
        for (int run = 0; run < runs; run++) {
            for (Map.Entry<Contender, TestDatabase> each : databases.entrySet()) {
                double before = ProcessFiles.childCpuMillis();
                Cost cost = once(scenario, each.getKey(), each.getValue());
                if (!cost.succeeded()) {
                    problems.add(each.getKey().name() + ": " + cost.output());
                }
                walls.computeIfAbsent(each.getKey(), ignored -> new ArrayList<>())
                        .add(cost.wallMillis());
                cpu.merge(each.getKey(), ProcessFiles.childCpuMillis() - before, Double::sum);
            }
        }
        for (Map.Entry<Contender, TestDatabase> each : databases.entrySet()) {
            Contender contender = each.getKey();
            double peak = peak(scenario, contender, each.getValue());
            results.add(
                    scenario,
                    contender.name(),
                    new Measured(
                            walls.getOrDefault(contender, List.of()), cpu.getOrDefault(contender, 0.0) / runs, peak));
        }
    }

    private Cost once(Scenario scenario, Contender contender, TestDatabase prepared)
            throws IOException, InterruptedException {
        if (scenario.kind() == Scenario.Kind.NOOP) {
            return meter.run(invocation(scenario, contender, prepared));
        }
        TestDatabase empty = server.createDatabase();
        try {
            return meter.run(invocation(scenario, contender, empty));
        } finally {
            server.dropDatabase(empty.name());
        }
    }

    private double peak(Scenario scenario, Contender contender, TestDatabase prepared)
            throws IOException, InterruptedException {
        if (scenario.kind() == Scenario.Kind.NOOP) {
            return meter.peakMib(invocation(scenario, contender, prepared));
        }
        TestDatabase empty = server.createDatabase();
        try {
            return meter.peakMib(invocation(scenario, contender, empty));
        } finally {
            server.dropDatabase(empty.name());
        }
    }

    private Invocation invocation(Scenario scenario, Contender contender, TestDatabase database) throws IOException {
        return contender
                .invocation(database, scenario.migrations().folder(work, contender.format()))
                .through(server.port(), port);
    }
}
