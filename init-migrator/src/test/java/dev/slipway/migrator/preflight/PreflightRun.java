package dev.slipway.migrator.preflight;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.OutOfOrder;
import dev.slipway.contract.Phase;
import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.config.MigratorConfig;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.history.Comparison;
import dev.slipway.migrator.history.HistoryComparison;
import dev.slipway.migrator.history.HistoryRow;
import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.history.HistoryVerdict;
import dev.slipway.migrator.report.Terminal;
import dev.slipway.migrator.session.Termination;
import dev.slipway.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs a pre-flight in a test: with the environment of a container, and a simple result for the files. */
final class PreflightRun {
    final Map<String, String> env = new HashMap<>();
    final List<String> progress = new ArrayList<>();
    Optional<MigrationState> state = Optional.empty();
    final List<HistoryRow> rows = new ArrayList<>();
    private final Termination termination = new Termination();
    /** Called when the pre-flight reports that it is waiting. */
    Runnable whenWaiting = () -> {};

    Duration oldTransaction = Duration.ofSeconds(60);

    static PreflightRun of(TestDatabase database) {
        return of(database.env());
    }

    static PreflightRun of(Map<String, String> env) {
        var run = new PreflightRun();
        run.env.putAll(env);
        run.env.putIfAbsent("SLIPWAY_CONNECT_TIMEOUT", "20s");
        run.env.put("SLIPWAY_DATABASE_DIR", "/no/such/folder");
        run.env.put("SLIPWAY_POD_NAMESPACE", "shop");
        run.env.put("SLIPWAY_POD_NAME", "api-preflight");
        return run;
    }

    PreflightRun with(String name, String value) {
        env.put(name, value);
        return this;
    }

    PreflightReport run() {
        var problems = new Problems();
        Settings settings = Settings.fromEnv(env, problems);
        MigratorConfig config = MigratorConfig.read(settings, env, problems);
        assertThat(problems.list()).isEmpty();
        return new Preflight(
                        requireNonNull(config),
                        Optional.empty(),
                        recorded -> answer(recorded, settings),
                        this::hear,
                        termination,
                        oldTransaction)
                .run();
    }

    /** Acts like SIGTERM, from another thread, without waiting for the end of the run. */
    void terminateSoon() {
        try {
            Thread.sleep(500);
            termination.begin(Duration.ZERO);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void hear(String message) {
        progress.add(message);
        whenWaiting.run();
    }

    private MigrationState answer(RecordedState recorded, Settings settings) {
        rows.addAll(recorded.rows());
        return state.orElseGet(() -> withoutFiles(recorded, settings));
    }

    private static MigrationState withoutFiles(RecordedState recorded, Settings settings) {
        MigrationFolder folder = MigrationFolder.EMPTY;
        var table = new HistoryTable(recorded.schema(), settings.get(Setting.HISTORY_TABLE));
        Optional<RunFailure> foreign =
                recorded.existing().flatMap(each -> HistoryVerdict.withoutHistory(table, each, folder, settings));
        Comparison comparison = HistoryComparison.of(folder, recorded.rows(), Phase.ALL, OutOfOrder.REFUSE);
        return new MigrationState(
                0,
                List.of("V1__x.sql"),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                HistoryVerdict.objections(foreign, comparison, settings));
    }

    /** All findings of one check. */
    static List<Finding> findings(PreflightReport report, String check) {
        return report.findings().stream()
                .filter(each -> each.check().equals(check))
                .toList();
    }

    /** The only finding of one check. */
    static Finding finding(PreflightReport report, String check) {
        assertThat(findings(report, check)).as(report.toTable(Terminal.NONE)).hasSize(1);
        return findings(report, check).get(0);
    }
}
