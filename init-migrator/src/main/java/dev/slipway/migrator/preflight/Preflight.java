package dev.slipway.migrator.preflight;

import dev.slipway.contract.CheckWeight;
import dev.slipway.contract.ExitCode;
import dev.slipway.contract.PreflightCheck;
import dev.slipway.contract.Setting;
import dev.slipway.migrator.config.MigratorConfig;
import dev.slipway.migrator.drizzle.DrizzleTable;
import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.preflight.ConnectLoop.Attempt;
import dev.slipway.migrator.session.Termination;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Examines the database as the migration will find it. It sends all questions at once on one connection, each with its
 * own time limit, and opens a second connection only for the pooler probe. Nothing is changed in the database.
 */
public final class Preflight {
    /** Selects the JVM's resolver, which the JDBC driver also uses, and which loads a tenth of the classes. */
    private static final String PLAIN_RESOLVER = "vertx.disableDnsResolver";

    /**
     * Without this, Netty would load the whole flight recorder for events that are not recorded, which takes a fifth of
     * the time to connect.
     */
    private static final String FLIGHT_RECORDER = "io.netty.jfr.enabled";

    private static final Set<String> ONLY_FOR_A_MIGRATION = Set.of(
            PreflightCheck.WRITABLE.word(),
            PreflightCheck.PRIVILEGES.word(),
            PreflightCheck.POOLER.word(),
            RestorePointCheck.NAME);

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private static final Duration GOODBYE = Duration.ofMillis(300);

    /** Shorter transactions end before a lock_timeout. */
    private static final Duration OLD_TRANSACTION = Duration.ofSeconds(60);

    private final MigratorConfig config;
    private final Optional<DrizzleTable> drizzle;
    private final Function<RecordedState, MigrationState> migrations;
    private final Consumer<String> progress;
    private final Deadline waiting;
    private final Duration oldTransaction;

    /**
     * @param drizzle for a Drizzle folder only: the second history table
     * @param migrations compares the files with what the database has recorded
     * @param progress receives the reason for waiting
     */
    public Preflight(
            MigratorConfig config,
            Optional<DrizzleTable> drizzle,
            Function<RecordedState, MigrationState> migrations,
            Consumer<String> progress,
            Termination termination) {
        this(config, drizzle, migrations, progress, termination, OLD_TRANSACTION);
    }

    Preflight(
            MigratorConfig config,
            Optional<DrizzleTable> drizzle,
            Function<RecordedState, MigrationState> migrations,
            Consumer<String> progress,
            Termination termination,
            Duration oldTransaction) {
        this.config = config;
        this.drizzle = drizzle;
        this.migrations = migrations;
        this.progress = progress;
        this.waiting = new Deadline(termination);
        this.oldTransaction = oldTransaction;
    }

    /**
     * Runs all checks on the calling thread, and returns as soon as all are answered; the event loop ends by itself.
     *
     * @throws dev.slipway.migrator.session.Terminated when SIGTERM arrives
     */
    public PreflightReport run() {
        Vertx vertx = start();
        try {
            long end = System.nanoTime()
                    + config.settings().get(Setting.WAIT_TIMEOUT).toNanos();
            List<Finding> findings = findings(vertx);
            for (Optional<Finding> locked = locked(findings);
                    locked.isPresent() && System.nanoTime() < end;
                    locked = locked(findings)) {
                progress.accept(locked.get().seen());
                waiting.sleep(BETWEEN_LOOKS);
                findings = findings(vertx);
            }
            return new PreflightReport(
                    config.database().latest().describe(),
                    findings.stream().map(this::weighed).toList());
        } finally {
            vertx.close();
        }
    }

    /** The finding that another session has locked the history, which that session may still release. */
    private static Optional<Finding> locked(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.exitCode() == ExitCode.WAIT_TIMEOUT)
                .findFirst();
    }

    private Finding weighed(Finding finding) {
        Map<PreflightCheck, CheckWeight> weights = config.settings().get(Setting.PREFLIGHT_CHECKS);
        return PreflightCheck.named(finding.check())
                .flatMap(check -> Optional.ofNullable(weights.get(check)))
                .map(finding::weighing)
                .orElse(finding);
    }

    private static Vertx start() {
        System.getProperties().putIfAbsent(PLAIN_RESOLVER, "true");
        System.getProperties().putIfAbsent(FLIGHT_RECORDER, "false");
        return Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setUseDaemonThread(true)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
    }

    private List<Finding> findings(Vertx vertx) {
        var loop = new ConnectLoop(vertx, config, waiting, progress);
        long start = System.nanoTime();
        Attempt attempt = loop.connect();
        if (attempt instanceof Attempt.Failed failed) {
            return List.of(Finding.of(failed.failure()));
        }
        var connected = (Attempt.Connected) attempt;
        var findings = new ArrayList<Finding>();
        findings.add(reached(connected, loop.rounds(), Duration.ofNanos(System.nanoTime() - start)));
        findings.add(TlsFinding.of(
                connected.target().tls(), connected.host(), connected.session().isEncrypted()));
        findings.addAll(ask(loop, connected));
        return findings;
    }

    private Finding reached(Attempt.Connected connected, int rounds, Duration after) {
        return Finding.pass(
                "reachable",
                connected.host() + " answered after " + after.toMillis() + " ms"
                        + (rounds == 1 ? "" : " and " + rounds + " attempts"));
    }

    private List<Finding> ask(ConnectLoop loop, Attempt.Connected connected) {
        Future<PgConnection> second = loop.another(connected);
        ServerSession session = connected.session();
        var found = SchemaFound.by(session, config.settings(), drizzle.isPresent());
        List<Check> checks = checks(found);
        List<List<Future<RowSet<Row>>>> sent = new ArrayList<>();
        for (Check check : checks) {
            sent.add(check.questions().stream().map(session::send).toList());
        }
        var findings = new ArrayList<Finding>();
        for (int index = 0; index < checks.size(); index++) {
            List<ServerAnswer> answers =
                    sent.get(index).stream().map(session::answer).toList();
            findings.addAll(checks.get(index).judge(answers));
        }
        findings.add(
                Math.min(3, findings.size()),
                probe(session, second, connected.target().attemptTimeout()));
        findings.addAll(found.hazards(session));
        findings.addAll(found.findings());
        sayGoodbye(session.close());
        return found.isUpToDate()
                ? findings.stream().map(Preflight::forTheNextMigration).toList()
                : findings;
    }

    /** If nothing is pending, the pod starts, and the finding only warns that it would stop the next migration. */
    private static Finding forTheNextMigration(Finding finding) {
        return ONLY_FOR_A_MIGRATION.contains(finding.check()) && finding.verdict() == Verdict.FAIL
                ? Finding.warn(
                        finding.check(),
                        finding.seen() + "; nothing is pending, so that it stops no pod yet",
                        finding.wayOut())
                : finding;
    }

    private List<Check> checks(SchemaFound found) {
        if (found.table().isEmpty()) {
            return List.of(
                    new VersionCheck(),
                    new WritableCheck(),
                    new SlotsCheck(),
                    new OldTransactionsCheck(oldTransaction),
                    new DeadClientCheck());
        }
        HistoryTable history = found.table().get();
        return List.of(
                new VersionCheck(),
                new WritableCheck(),
                new PrivilegesCheck(history),
                new SlotsCheck(),
                new HistoryCheck(config.settings(), history, drizzle, found.tell(migrations)),
                new InvalidIndexesCheck(),
                new OldTransactionsCheck(oldTransaction),
                new LockCheck(history),
                new DeadClientCheck(),
                new RestorePointCheck(config.settings().get(Setting.RESTORE_POINT)));
    }

    private Finding probe(ServerSession session, Future<PgConnection> opening, Duration deadline) {
        try {
            PgConnection connection = waiting.result(opening, deadline);
            var second = new ServerSession(connection, waiting);
            Finding finding = PoolerProbe.probe(session, second);
            sayGoodbye(second.close());
            return finding;
        } catch (TimeoutException | ExecutionException noSecond) {
            opening.onSuccess(PgConnection::close);
            return Finding.skipped(PoolerProbe.NAME, "could not open the second connection that this check needs");
        }
    }

    /** Gives the server its slot back before the migration needs one, but does not wait long for that. */
    private void sayGoodbye(Future<Void> closing) {
        try {
            waiting.result(closing, GOODBYE);
        } catch (TimeoutException | ExecutionException gone) {
            // The process ends soon and closes the connection.
        }
    }
}
