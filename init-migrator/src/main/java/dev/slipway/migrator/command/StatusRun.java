package dev.slipway.migrator.command;

import dev.slipway.contract.RunOutcome;
import dev.slipway.contract.cli.TextWrap;
import dev.slipway.migrator.apply.PendingScripts;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.history.Comparison;
import dev.slipway.migrator.history.Difference;
import dev.slipway.migrator.history.HistoryRow;
import dev.slipway.migrator.history.HistoryVerdict;
import dev.slipway.migrator.history.HistoryVerdict.Objection;
import dev.slipway.migrator.ledger.RunLedger;
import dev.slipway.migrator.lock.Holder;
import dev.slipway.migrator.lock.MigrationLock;
import dev.slipway.migrator.report.Json;
import dev.slipway.migrator.report.RunReport;
import dev.slipway.migrator.report.Terminal;
import dev.slipway.migrator.report.TextTable;
import dev.slipway.migrator.restorepoint.NamedPoint;
import dev.slipway.migrator.run.ReadRun;
import dev.slipway.migrator.run.RunContext;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code slipway status}: shows what is applied, what is pending, what differs, and which replica is migrating right
 * now.
 */
final class StatusRun {
    private final RunContext context;
    private final MigrationFolder folder;
    private final PrintStream out;
    private final Terminal terminal;
    private final boolean json;

    StatusRun(RunContext context, MigrationFolder folder, PrintStream out, Terminal terminal, boolean json) {
        this.context = context;
        this.folder = folder;
        this.out = out;
        this.terminal = terminal;
        this.json = json;
    }

    /** What one look at the database showed. */
    record Seen(
            RunContext.Compared compared,
            Optional<Holder> holder,
            PendingScripts pending,
            Optional<NamedPoint> restorePoint) {
        List<HistoryRow> rows() {
            return compared.rows();
        }

        Comparison comparison() {
            return compared.comparison();
        }
    }

    /** @throws RunFailure after the table was printed, if {@code migrate} would refuse to run */
    RunReport run() {
        Seen seen = show();
        context.refuse(seen.compared());
        seen.pending().refuse();
        return context.succeeded(RunOutcome.CHECKED, summary(seen.comparison()), seen.comparison());
    }

    /** Prints the table without failing on what it shows. */
    Seen show() {
        Seen seen = ReadRun.look(context, this::look);
        List<Map<String, Object>> migrations = migrations(seen);
        if (json) {
            out.println(Json.write(document(seen, migrations)));
        } else {
            printTable(seen, migrations);
        }
        return seen;
    }

    private Seen look(Connection connection) throws SQLException {
        RunContext.Compared compared = context.lookAsAdopted(folder, connection);
        Optional<Holder> holder = new MigrationLock(context.table()).holder(connection);
        return new Seen(
                compared,
                holder,
                context.pendingScripts(folder, compared.comparison(), connection),
                RunLedger.newestRestorePoint(connection, context.table()));
    }

    private List<Map<String, Object>> migrations(Seen seen) {
        var all = new ArrayList<Map<String, Object>>();
        for (HistoryRow row : seen.rows()) {
            all.add(row(row, state(row, seen.comparison()), phase(row)));
        }
        late(seen.comparison()).forEach(file -> all.add(row(file, "late, refused")));
        seen.comparison().pending().forEach(file -> all.add(row(file, "pending")));
        seen.comparison().held().forEach(file -> all.add(row(file, "pending, held")));
        return all;
    }

    /** The files that came too late to be applied under the current settings. */
    private List<MigrationFile> late(Comparison comparison) {
        List<String> labels = comparison.differences().stream()
                .filter(difference -> difference.kind() == Difference.Kind.OUT_OF_ORDER)
                .map(Difference::label)
                .toList();
        return folder.migrations().stream()
                .filter(file -> labels.contains(file.label()))
                .toList();
    }

    /** Taken from the files, because the history has no column for it. */
    private String phase(HistoryRow row) {
        return folder.migrations().stream()
                .filter(file -> row.version().isPresent() && file.version().equals(row.version()))
                .findFirst()
                .map(StatusRun::phase)
                .orElse("");
    }

    private static String phase(MigrationFile file) {
        return file.isContract() ? "contract" : "expand";
    }

    private static String state(HistoryRow row, Comparison comparison) {
        if (!row.success()) {
            return "failed";
        }
        if (comparison.ahead().contains(row)) {
            return "ahead";
        }
        boolean differs = comparison.differences().stream()
                .anyMatch(difference -> difference.label().equals(row.label()));
        if (differs) {
            return "differs";
        }
        return comparison.applied().contains(row) || row.type().equals("SCHEMA") ? "applied" : "superseded";
    }

    private static Map<String, Object> row(HistoryRow row, String state, String phase) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("version", row.versionText());
        fields.put("description", row.description());
        fields.put("phase", phase);
        fields.put("state", state);
        fields.put("installedOn", row.installedOn());
        fields.put("installedBy", row.installedBy());
        fields.put("ms", row.executionMillis());
        fields.put("script", row.script());
        return fields;
    }

    private static Map<String, Object> row(MigrationFile file, String state) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("version", file.version().map(Object::toString).orElse(""));
        fields.put("description", file.description());
        fields.put("phase", phase(file));
        fields.put("state", state);
        fields.put("installedOn", "");
        fields.put("installedBy", "");
        fields.put("ms", "");
        fields.put("script", file.script());
        return fields;
    }

    private Map<String, Object> document(Seen seen, List<Map<String, Object>> migrations) {
        var document = new LinkedHashMap<String, Object>();
        document.put("database", context.connector().describe());
        document.put("historyTable", context.table().quoted());
        document.put("schemaVersion", seen.comparison().schemaVersion());
        document.put("upToDate", seen.comparison().isUpToDate());
        document.put("pending", seen.comparison().pending().size());
        document.put("held", seen.comparison().held().size());
        document.put("migrations", migrations);
        document.put("differences", seen.comparison().differences());
        document.put("retired", labels(seen.comparison().retired()));
        document.put("doubts", seen.comparison().doubts());
        document.put("refused", refusal(seen).map(RunFailure::sentence));
        document.put("holder", seen.holder().map(Holder::describe));
        document.put("restorePoint", seen.restorePoint().map(NamedPoint::name));
        document.put("restoreLsn", seen.restorePoint().map(NamedPoint::lsn));
        return document;
    }

    private Optional<RunFailure> refusal(Seen seen) {
        return context.objections(seen.compared()).stream()
                .map(Objection::failure)
                .findFirst()
                .or(() -> seen.pending().refusal());
    }

    private static List<String> labels(List<HistoryRow> rows) {
        return rows.stream().map(HistoryRow::label).toList();
    }

    private void printTable(Seen seen, List<Map<String, Object>> migrations) {
        line("", context.connector().describe() + ", history " + context.table().quoted());
        out.println();
        var table = new TextTable("version", "description", "phase", "state", "installed on", "by", "ms", "script");
        for (Map<String, Object> migration : migrations) {
            table.row(migration.values().stream().map(Object::toString).toList());
        }
        out.print(table.fitted(terminal.width()));
        out.println();
        seen.comparison().differences().forEach(difference -> line(terminal.red("differs:"), difference.toString()));
        seen.comparison().flaws().forEach(flaw -> line(terminal.red("damaged:"), flaw.sentence()));
        HistoryVerdict.remark(seen.comparison()).ifPresent(remark -> line("", remark));
        seen.comparison().doubts().forEach(doubt -> line("to be decided by the next run:", doubt));
        seen.restorePoint().ifPresent(point -> line("newest restore point:", point.toString()));
        seen.holder().ifPresent(holder -> line(terminal.yellow("migrating now:"), holder.describe()));
    }

    /** In lines of the terminal. */
    private void line(String label, String words) {
        var text = new StringBuilder();
        TextWrap.append(text, label.isEmpty() ? "" : label + ' ', 2, words, terminal.width());
        out.print(text);
    }

    private static String summary(Comparison comparison) {
        String version =
                comparison.schemaVersion().map(number -> "version " + number).orElse("no version");
        return version + ", " + comparison.applied().size() + " applied, "
                + comparison.pending().size() + " pending, "
                + comparison.held().size() + " held, "
                + comparison.differences().size() + " different, "
                + comparison.ahead().size() + " ahead";
    }
}
