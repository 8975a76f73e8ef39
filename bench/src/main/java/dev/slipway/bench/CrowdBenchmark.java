package dev.slipway.bench;

import dev.slipway.bench.contender.Contender;
import dev.slipway.bench.measure.ConnectionCounter;
import dev.slipway.bench.measure.Cost;
import dev.slipway.bench.measure.Invocation;
import dev.slipway.bench.measure.ProcessFiles;
import dev.slipway.bench.measure.ProcessMeter;
import dev.slipway.testkit.postgres.PostgresServer;
import dev.slipway.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** Many processes at once on one database. */
final class CrowdBenchmark {
    private final PostgresServer server;
    private final ProcessMeter meter;
    private final Path work;

    CrowdBenchmark(PostgresServer server, ProcessMeter meter, Path work) {
        this.server = server;
        this.meter = meter;
        this.work = work;
    }

    void run(Scenario scenario, List<Contender> contenders, Results results, Problems problems)
            throws IOException, InterruptedException, ExecutionException, SQLException {
        for (Contender each : contenders) {
            TestDatabase database = server.createDatabase();
            try {
                results.add(scenario, each.name(), crowd(scenario, each, database, problems));
            } finally {
                server.dropDatabase(database.name());
            }
        }
    }

    private CrowdResult crowd(Scenario scenario, Contender contender, TestDatabase database, Problems problems)
            throws IOException, InterruptedException, ExecutionException, SQLException {
        Invocation one = contender.invocation(database, scenario.migrations().folder(work, contender.format()));
        if (scenario.kind() == Scenario.Kind.CROWD_NOOP) {
            meter.run(one);
        }
        try (var connections = new ConnectionCounter(database)) {
            double cpuBefore = ProcessFiles.childCpuMillis();
            long start = System.nanoTime();
            List<Cost> costs = meter.runTogether(Collections.nCopies(Scenario.CROWD_SIZE, one));
            double seconds = (System.nanoTime() - start) / 1e9;
            double cpuSeconds = (ProcessFiles.childCpuMillis() - cpuBefore) / 1000;
            costs.stream()
                    .filter(cost -> !cost.succeeded())
                    .findFirst()
                    .ifPresent(cost -> problems.add(contender.name() + ", one of those that failed in "
                            + scenario.scenarioName() + ": " + cost.output()));
            int succeeded = (int) costs.stream().filter(Cost::succeeded).count();
            String state = DatabaseState.describe(database, scenario.migrations());
            return new CrowdResult(succeeded, seconds, cpuSeconds, connections.peak(), state);
        }
    }
}
