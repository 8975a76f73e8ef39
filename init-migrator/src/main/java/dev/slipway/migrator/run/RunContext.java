package dev.slipway.migrator.run;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.RunOutcome;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.apply.PendingScripts;
import dev.slipway.migrator.drizzle.DrizzleComparison;
import dev.slipway.migrator.drizzle.DrizzleHistory;
import dev.slipway.migrator.drizzle.ScriptOrigin;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.flyway.FlywayPlaceholders;
import dev.slipway.migrator.history.Comparison;
import dev.slipway.migrator.history.ExistingSchema;
import dev.slipway.migrator.history.HistoryComparison;
import dev.slipway.migrator.history.HistoryReader;
import dev.slipway.migrator.history.HistoryRow;
import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.history.HistoryVerdict;
import dev.slipway.migrator.history.HistoryVerdict.Objection;
import dev.slipway.migrator.ledger.OpenAttempts;
import dev.slipway.migrator.ledger.RunLedger;
import dev.slipway.migrator.lock.LockLoop;
import dev.slipway.migrator.preflight.RecordedState;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.report.RunReport;
import dev.slipway.migrator.restorepoint.NamedPoint;
import dev.slipway.migrator.restorepoint.RestorePointRun;
import dev.slipway.migrator.session.Connector;
import dev.slipway.migrator.session.DatabaseIdentity;
import dev.slipway.migrator.session.Termination;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What every command of one run shares, including the progress of the run, which is reported however it ends. Used by
 * one thread.
 */
public final class RunContext {
    private final String command;
    private final HistoryReader place;
    private final Connector connector;
    private final EventLog log;
    private final Termination termination;
    private final String slipwayVersion;
    private final long startNanos;
    private final List<String> applied = new ArrayList<>();
    private Optional<LockLoop> loop = Optional.empty();
    private MigrationFolder folder = MigrationFolder.EMPTY;
    private Optional<DrizzleHistory> drizzle = Optional.empty();
    private Optional<NamedPoint> restorePoint = Optional.empty();

    public RunContext(
            String command,
            Settings settings,
            Connector connector,
            EventLog log,
            Termination termination,
            String slipwayVersion,
            long startNanos) {
        this.command = command;
        this.place = new HistoryReader(settings, log);
        this.connector = connector;
        this.log = log;
        this.termination = termination;
        this.slipwayVersion = slipwayVersion;
        this.startNanos = startNanos;
    }

    /** The settings of the run; after the first look at the history they include its schema. */
    public Settings settings() {
        return place.settings();
    }

    public HistoryReader place() {
        return place;
    }

    public Connector connector() {
        return connector;
    }

    public EventLog log() {
        return log;
    }

    public Termination termination() {
        return termination;
    }

    public String slipwayVersion() {
        return slipwayVersion;
    }

    /** Scripts that this run has applied so far; the commands add to it. */
    public List<String> applied() {
        return applied;
    }

    /**
     * Makes one if the settings allow it and the database can. A run that lost its connection makes another one; the
     * report names the first, from before everything that the run did.
     *
     * @param pending empty if only callbacks of an earlier run are to be called
     * @return the one that was made now
     */
    public Optional<NamedPoint> makeRestorePoint(Connection connection, PendingScripts pending) throws SQLException {
        Optional<NamedPoint> made = RestorePointRun.make(connection, settings(), pending.firstWord(), termination, log);
        restorePoint = restorePoint.or(() -> made);
        return made;
    }

    /** The first one that this run made. */
    public Optional<NamedPoint> restorePoint() {
        return restorePoint;
    }

    /** Available after the first look at the history. */
    public HistoryTable table() {
        return place.table();
    }

    /** Sets the folder of this run; there is none before that. */
    public void use(MigrationFolder read) {
        folder = read;
    }

    /** Called if the folder is Drizzle's: from now on its own table is read as well. */
    public void use(DrizzleHistory history) {
        drizzle = Optional.of(history);
        place.useDrizzle();
    }

    public Optional<DrizzleHistory> drizzle() {
        return drizzle;
    }

    public ScriptOrigin scripts() {
        return new ScriptOrigin(folder, drizzle.isPresent() && place.keepsSearchPath(), drizzle);
    }

    /**
     * The files and the database, compared.
     *
     * @param rows the history, including what Drizzle has applied since
     * @param existing what the schema contains; empty if the history is there
     * @param takenOver whether Drizzle's history says what is already applied there
     */
    public record Compared(
            List<HistoryRow> rows, Comparison comparison, Optional<ExistingSchema> existing, boolean takenOver) {
        Compared in(ExistingSchema schema) {
            return new Compared(rows, comparison, Optional.of(schema), takenOver);
        }

        /** Once nothing of the schema is to be adopted any more: what is in it may be in the way. */
        Compared beside(ExistingSchema schema) {
            return new Compared(rows, comparison.in(schema), existing, takenOver);
        }
    }

    /** Why nothing may run, see {@link HistoryVerdict}; empty if there is no objection. */
    public List<Objection> objections(Compared compared) {
        return objections(compared, table());
    }

    /** @param table the history, as found by the pre-flight */
    public List<Objection> objections(Compared compared, HistoryTable table) {
        Optional<RunFailure> foreign = compared.takenOver()
                ? Optional.empty()
                : compared.existing()
                        .flatMap(schema -> HistoryVerdict.withoutHistory(table, schema, folder, settings()));
        return HistoryVerdict.objections(foreign, compared.comparison(), settings());
    }

    /** @throws RunFailure for the first objection */
    public Compared refuse(Compared compared) {
        List<Objection> objections = objections(compared);
        if (!objections.isEmpty()) {
            throw objections.get(0).failure();
        }
        return compared;
    }

    /** Does not check what else the schema contains, which would cost more than reading the history. */
    public Compared lookAtHistory(MigrationFolder folder, Connection connection) throws SQLException {
        return look(folder, connection, place.read(connection).orElse(List.of()));
    }

    /**
     * Compares with the history as it is. {@code migrate} needs this, because it must not treat a schema as adopted
     * before its row exists.
     */
    public Compared look(MigrationFolder folder, Connection connection) throws SQLException {
        Optional<List<HistoryRow>> rows = place.read(connection);
        Compared compared = look(folder, connection, rows.orElse(List.of()));
        if (rows.isPresent()) {
            return beside(compared, connection);
        }
        ExistingSchema existing = existing(connection);
        Compared found = compared.in(existing);
        return adopted(existing).isEmpty() ? found.beside(existing) : found;
    }

    /** What else is in the schema costs a question, and matters only to a baseline script. */
    private Compared beside(Compared compared, Connection connection) throws SQLException {
        return compared.comparison().start().isEmpty()
                        || isBegun(compared.comparison(), OpenAttempts.read(connection, table()))
                ? compared
                : compared.beside(existing(connection));
    }

    /** Then what lies in the schema is its own. */
    private static boolean isBegun(Comparison comparison, OpenAttempts attempts) {
        return comparison
                .start()
                .flatMap(MigrationFile::version)
                .filter(attempts::isBegun)
                .isPresent();
    }

    /** Compares with the history that {@code migrate} will have once it has adopted a schema without one. */
    public Compared lookAsAdopted(MigrationFolder folder, Connection connection) throws SQLException {
        Optional<List<HistoryRow>> rows = place.read(connection);
        if (rows.isPresent()) {
            return beside(look(folder, connection, rows.get()), connection);
        }
        ExistingSchema existing = existing(connection);
        return look(folder, connection, adopted(existing)).in(existing).beside(existing);
    }

    /** The same for an earlier comparison; reads again only if there is something to adopt. */
    public Compared asAdopted(MigrationFolder folder, Connection connection, Compared seen) throws SQLException {
        List<HistoryRow> adopted = seen.existing().map(this::adopted).orElse(List.of());
        return adopted.isEmpty() ? seen : look(folder, connection, adopted);
    }

    private List<HistoryRow> adopted(ExistingSchema existing) {
        return existing.adopted(settings().get(Setting.BASELINE_VERSION));
    }

    private ExistingSchema existing(Connection connection) throws SQLException {
        return ExistingSchema.read(connection, table());
    }

    private Compared look(MigrationFolder folder, Connection connection, List<HistoryRow> rows) throws SQLException {
        Compared compared = judge(folder, connection, rows);
        place.weigh(!compared.comparison().pending().isEmpty());
        return compared;
    }

    private Compared judge(MigrationFolder folder, Connection connection, List<HistoryRow> rows) throws SQLException {
        if (drizzle.isEmpty()) {
            return new Compared(rows, compare(folder, rows), Optional.empty(), false);
        }
        return compared(drizzle.get().compare(rows, connection));
    }

    private static Compared compared(DrizzleComparison.Result result) {
        return new Compared(result.rows(), result.comparison(), Optional.empty(), result.exists());
    }

    /** For the pre-flight, which has already read everything. */
    public Compared compare(RecordedState recorded) {
        Compared compared = drizzle.isPresent()
                ? compared(drizzle.get().compare(recorded.rows(), recorded.drizzle()))
                : new Compared(recorded.rows(), compare(folder, recorded.rows()), Optional.empty(), false);
        Compared found = recorded.hasHistory()
                ? compared
                : recorded.existing().map(compared::in).orElse(compared);
        return isBegun(found.comparison(), recorded.attempts())
                ? found
                : recorded.existing().map(found::beside).orElse(found);
    }

    /** For a folder with Flyway's names. */
    public Comparison compare(MigrationFolder folder, List<HistoryRow> rows) {
        return HistoryComparison.of(
                folder, rows, settings().get(Setting.PHASE), settings().get(Setting.OUT_OF_ORDER));
    }

    /**
     * The pending scripts, read and judged as {@code migrate} does it. Costs nothing if nothing is pending.
     *
     * @param comparison of this folder with the history, as it is, or as it will be once the schema is adopted
     */
    public PendingScripts pendingScripts(MigrationFolder folder, Comparison comparison, Connection connection)
            throws SQLException {
        var placeholders = new FlywayPlaceholders(settings(), DatabaseIdentity.of(connection));
        OpenAttempts attempts =
                comparison.pending().isEmpty() ? OpenAttempts.NONE : OpenAttempts.read(connection, table());
        return PendingScripts.read(
                folder, comparison, placeholders, attempts, owesCallbacks(folder, comparison, connection));
    }

    /**
     * Queried only if the folder has such callbacks; this image does not call those of a newer image. Pending
     * migrations call them anyway.
     */
    public boolean owesCallbacks(MigrationFolder folder, Comparison comparison, Connection connection)
            throws SQLException {
        if (!folder.hasCallbacksAtTheEnd() || !comparison.versionsAhead().isEmpty()) {
            return false;
        }
        Optional<RunLedger> ledger = RunLedger.openExisting(connection, table(), slipwayVersion);
        return ledger.isPresent() && ledger.get().owesCallbacks();
    }

    public LockLoop lockLoop() {
        var opened = new LockLoop(place, connector, log, termination);
        loop = Optional.of(opened);
        return opened;
    }

    /** The time spent waiting for another replica or a locked table; zero if there was no wait. */
    Duration waited() {
        return loop.map(each -> each.waiting().waited()).orElse(Duration.ZERO);
    }

    public RunReport succeeded(RunOutcome outcome, String message, Comparison comparison) {
        return report(ExitCode.OK, outcome, message, "", comparison.schemaVersion(), Map.of());
    }

    public RunReport report(
            ExitCode exitCode,
            RunOutcome outcome,
            String message,
            String wayOut,
            Optional<String> schemaVersion,
            Map<String, Object> details) {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - startNanos);
        var facts = new LinkedHashMap<String, Object>();
        if (restorePoint.isPresent()) {
            facts.put("restorePoint", restorePoint.get().name());
            facts.put("restoreLsn", restorePoint.get().lsn());
        }
        facts.putAll(details);
        return new RunReport(
                command, exitCode, outcome, message, wayOut, schemaVersion, applied, waited(), elapsed, facts);
    }
}
