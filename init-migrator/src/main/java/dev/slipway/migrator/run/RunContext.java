package dev.slipway.migrator.run;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.drizzle.DrizzleComparison;
import dev.slipway.migrator.drizzle.DrizzleHistory;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.flyway.PendingScripts;
import dev.slipway.migrator.flyway.Placeholders;
import dev.slipway.migrator.flyway.Scripts;
import dev.slipway.migrator.history.Comparison;
import dev.slipway.migrator.history.ExistingSchema;
import dev.slipway.migrator.history.HistoryComparison;
import dev.slipway.migrator.history.HistoryRow;
import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.ledger.OpenAttempts;
import dev.slipway.migrator.ledger.RunLedger;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.report.RunReport;
import dev.slipway.migrator.report.RunReport.Outcome;
import dev.slipway.migrator.session.Connector;
import dev.slipway.migrator.session.DatabaseIdentity;
import dev.slipway.migrator.session.Termination;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What every command of one run shares, and what the run has come to so far: that is reported however it ends. Used by one
 * thread.
 */
final class RunContext {
    private final String command;
    private final HistoryPlace place;
    private final Connector connector;
    private final EventLog log;
    private final Termination termination;
    private final String slipwayVersion;
    private final long startNanos;
    private final List<String> applied = new ArrayList<>();
    private Optional<LockLoop> loop = Optional.empty();
    private MigrationFolder folder = MigrationFolder.EMPTY;
    private Optional<DrizzleHistory> drizzle = Optional.empty();

    RunContext(
            String command,
            Settings settings,
            Connector connector,
            EventLog log,
            Termination termination,
            String slipwayVersion,
            long startNanos) {
        this.command = command;
        this.place = new HistoryPlace(settings, log);
        this.connector = connector;
        this.log = log;
        this.termination = termination;
        this.slipwayVersion = slipwayVersion;
        this.startNanos = startNanos;
    }

    /** From the first look at the history on with the schema that the run is about. */
    Settings settings() {
        return place.settings();
    }

    HistoryPlace place() {
        return place;
    }

    Connector connector() {
        return connector;
    }

    EventLog log() {
        return log;
    }

    Termination termination() {
        return termination;
    }

    String slipwayVersion() {
        return slipwayVersion;
    }

    /** Scripts that this run has applied so far; the commands add to it. */
    List<String> applied() {
        return applied;
    }

    /** After the first look at the history. */
    HistoryTable table() {
        return place.table();
    }

    /** What this run works with; none until then. */
    void use(MigrationFolder read) {
        folder = read;
    }

    /** The folder is Drizzle's: from now on its own table is looked at as well. */
    void use(DrizzleHistory history) {
        drizzle = Optional.of(history);
        place.useDrizzle();
    }

    Optional<DrizzleHistory> drizzle() {
        return drizzle;
    }

    Scripts scripts() {
        return new Scripts(folder, drizzle.isPresent() && place.keepsSearchPath(), drizzle);
    }

    /**
     * What files and database say together.
     *
     * @param rows the history, with what Drizzle applied meanwhile
     */
    record Compared(List<HistoryRow> rows, Comparison comparison) {}

    Comparison compare(MigrationFolder folder, Connection connection) throws SQLException {
        return look(folder, connection).comparison();
    }

    /**
     * As {@code migrate} will see it when it has adopted a schema without a history. Not for {@code migrate} itself, which
     * would take the schema for up to date before the row is there that says so.
     */
    Comparison compareAsAdopted(MigrationFolder folder, Connection connection) throws SQLException {
        Optional<List<HistoryRow>> rows = place.read(connection);
        if (rows.isPresent()) {
            return look(folder, connection, rows.get()).comparison();
        }
        List<String> content = ExistingSchema.content(connection, table().schema());
        return look(
                        folder,
                        connection,
                        ExistingSchema.adopted(content, settings().get(Setting.BASELINE_VERSION)))
                .comparison();
    }

    /** Whether the schema has content but no history, and is not to be adopted: nothing may run in it. */
    boolean isForeign(Connection connection) throws SQLException {
        boolean adoptable = settings().get(Setting.BASELINE_VERSION).isPresent()
                || (drizzle.isPresent()
                        && !drizzle.get().table().read(connection).isEmpty());
        return !adoptable
                && place.read(connection).isEmpty()
                && !ExistingSchema.content(connection, table().schema()).isEmpty();
    }

    Compared look(MigrationFolder folder, Connection connection) throws SQLException {
        return look(folder, connection, place.read(connection).orElse(List.of()));
    }

    private Compared look(MigrationFolder folder, Connection connection, List<HistoryRow> rows) throws SQLException {
        Compared compared = judge(folder, connection, rows);
        place.weigh(!compared.comparison().pending().isEmpty());
        return compared;
    }

    private Compared judge(MigrationFolder folder, Connection connection, List<HistoryRow> rows) throws SQLException {
        if (drizzle.isEmpty()) {
            return new Compared(rows, compare(folder, rows));
        }
        DrizzleComparison.Result result = drizzle.get().compare(rows, connection);
        return new Compared(result.rows(), result.comparison());
    }

    /** For a folder with Flyway's names. */
    Comparison compare(MigrationFolder folder, List<HistoryRow> rows) {
        return HistoryComparison.of(
                folder, rows, settings().get(Setting.PHASE), settings().get(Setting.OUT_OF_ORDER));
    }

    /**
     * What is about to run, read and judged as {@code migrate} does it. Costs nothing where nothing is to be done.
     *
     * @param comparison of this folder with the history as it is
     */
    PendingScripts pendingScripts(MigrationFolder folder, Comparison comparison, Connection connection)
            throws SQLException {
        // A schema that is about to be adopted has what lies below its baseline already.
        boolean adopting = settings().get(Setting.BASELINE_VERSION).isPresent()
                && comparison.applied().isEmpty();
        Comparison due = adopting ? compareAsAdopted(folder, connection) : comparison;
        var placeholders = new Placeholders(settings(), DatabaseIdentity.of(connection));
        OpenAttempts attempts = due.pending().isEmpty() ? OpenAttempts.NONE : OpenAttempts.read(connection, table());
        return PendingScripts.read(folder, due, placeholders, attempts, owesCallbacks(folder, comparison, connection));
    }

    /**
     * Asked only where the folder has such callbacks; those of a newer image are none of this one's business. Pending
     * migrations bring theirs with them.
     */
    boolean owesCallbacks(MigrationFolder folder, Comparison comparison, Connection connection) throws SQLException {
        if (!folder.hasCallbacksAtTheEnd() || !comparison.versionsAhead().isEmpty()) {
            return false;
        }
        Optional<RunLedger> ledger = RunLedger.openExisting(connection, table(), slipwayVersion);
        return ledger.isPresent() && ledger.get().owesCallbacks();
    }

    LockLoop lockLoop() {
        var opened = new LockLoop(place, connector, log, termination);
        loop = Optional.of(opened);
        return opened;
    }

    /** For another replica or a free slot; zero where there was no wait. */
    Duration waited() {
        return loop.map(each -> each.waiting().waited()).orElse(Duration.ZERO);
    }

    RunReport succeeded(Outcome outcome, String message, Comparison comparison) {
        return report(ExitCode.OK, outcome, message, "", comparison.schemaVersion(), Map.of());
    }

    RunReport report(
            ExitCode exitCode,
            Outcome outcome,
            String message,
            String wayOut,
            Optional<String> schemaVersion,
            Map<String, Object> details) {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - startNanos);
        return new RunReport(
                command, exitCode, outcome, message, wayOut, schemaVersion, applied, waited(), elapsed, details);
    }
}
