package dev.slipway.migrator.history;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Phase;
import dev.slipway.contract.PreflightCheck;
import dev.slipway.contract.SchemaAhead;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.files.MigrationFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides whether history and files allow a run, for every command and both drivers. Pure. */
public final class HistoryVerdict {
    private static final int SHOWN = 5;

    private HistoryVerdict() {}

    /**
     * A reason why nothing may run.
     *
     * @param check the check under which the pre-flight reports it
     * @param sentences one sentence for each thing that is wrong
     */
    public record Objection(PreflightCheck check, RunFailure failure, List<String> sentences) {
        public Objection(PreflightCheck check, RunFailure failure) {
            this(check, failure, List.of(failure.sentence()));
        }
    }

    /**
     * Every reason, starting with the one to fix first; empty if a run may continue.
     *
     * @param foreign the result of {@link #withoutHistory}, if there is no history
     */
    public static List<Objection> objections(Optional<RunFailure> foreign, Comparison comparison, Settings settings) {
        var objections = new ArrayList<Objection>();
        foreign.ifPresent(failure -> objections.add(new Objection(PreflightCheck.HISTORY, failure)));
        if (!comparison.flaws().isEmpty()) {
            objections.add(damaged(comparison.flaws()));
        }
        if (!comparison.differences().isEmpty()) {
            objections.add(between(comparison.differences()));
        }
        List<String> ahead = comparison.versionsAhead();
        if (!ahead.isEmpty() && settings.get(Setting.SCHEMA_AHEAD) == SchemaAhead.FAIL) {
            objections.add(new Objection(PreflightCheck.DRIFT, ahead(ahead)));
        }
        contractBeforeExpand(comparison, settings.get(Setting.PHASE))
                .ifPresent(failure -> objections.add(new Objection(PreflightCheck.MIGRATIONS, failure)));
        return objections;
    }

    /** A remark for people that stops no run; empty if there is none. */
    public static Optional<String> remark(Comparison comparison) {
        List<HistoryRow> retired = comparison.retired();
        return retired.isEmpty()
                ? Optional.empty()
                : Optional.of(shorten(retired.stream().map(HistoryRow::label).toList())
                        + (retired.size() == 1 ? " was applied, but its file is" : " were applied, but their files are")
                        + " not here, which Flyway refuses; if removed or renamed for good, run " + RunFailure.REPAIR);
    }

    private static Objection damaged(List<HistoryFlaw> flaws) {
        List<String> sentences = flaws.stream().map(HistoryFlaw::sentence).toList();
        var failure = new RunFailure(
                ExitCode.PREFLIGHT_REFUSED,
                String.join("; ", sentences),
                flaws.get(0).wayOut(),
                Map.of(
                        "script",
                        flaws.get(0).row().script(),
                        "flaws",
                        flaws.stream().map(each -> each.kind().name()).toList()),
                null);
        return new Objection(PreflightCheck.HISTORY, failure, sentences);
    }

    private static Objection between(List<Difference> differences) {
        List<String> sentences = differences.stream().map(Difference::toString).toList();
        List<Map<String, String>> list = differences.stream()
                .map(each -> Map.of("kind", each.kind().name(), "migration", each.label()))
                .toList();
        var failure = new RunFailure(
                ExitCode.HISTORY_DIFFERS,
                String.join("; ", sentences),
                ExitCode.HISTORY_DIFFERS.wayOut(),
                Map.of("differences", list),
                null);
        return new Objection(PreflightCheck.DRIFT, failure, sentences);
    }

    /** @param versions that have no file here */
    private static RunFailure ahead(List<String> versions) {
        return new RunFailure(
                ExitCode.HISTORY_DIFFERS,
                "the database is ahead of this image: it has " + String.join(", ", versions)
                        + ", which no file here knows",
                "deploy an image that has these migrations, or set schema-ahead to allow",
                Map.of("ahead", versions),
                null);
    }

    /** The pending expand migrations have not been rolled out, so the running pods are the older ones. */
    private static Optional<RunFailure> contractBeforeExpand(Comparison comparison, Phase phase) {
        List<String> expand = phase != Phase.CONTRACT
                ? List.of()
                : comparison.pending().stream()
                        .filter(file -> !file.isContract())
                        .map(MigrationFile::script)
                        .toList();
        if (expand.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new RunFailure(
                ExitCode.HISTORY_DIFFERS,
                "phase is contract, but " + String.join(", ", expand)
                        + " is still pending: the version that brings it has not been rolled out",
                "roll out the application with phase expand first, then run the contract phase again",
                Map.of("pending", expand),
                null));
    }

    /** Why nothing may run in a schema without this history; empty if a run may create it. */
    public static Optional<RunFailure> withoutHistory(
            HistoryTable table, ExistingSchema existing, MigrationFolder folder, Settings settings) {
        if (settings.get(Setting.BASELINE_VERSION).isPresent()) {
            return Optional.empty();
        }
        if (existing.isOccupied()) {
            return Optional.of(occupied(table, existing.content()));
        }
        return existing.twinOf(folder).map(twin -> renamed(table, twin));
    }

    private static RunFailure occupied(HistoryTable table, List<String> content) {
        return new RunFailure(
                ExitCode.HISTORY_DIFFERS,
                "schema '" + table.schema() + "' has content (" + shorten(content) + ") but no history table '"
                        + table.table() + "'",
                "check the schema and the database name; if this schema is meant, adopt it with baseline-version: the version"
                        + " up to which its migrations have already been applied",
                Map.of("schema", table.schema(), "content", content),
                null);
    }

    private static RunFailure renamed(HistoryTable table, ExistingSchema.Neighbour twin) {
        return new RunFailure(
                ExitCode.HISTORY_DIFFERS,
                "schema '" + table.schema() + "' has no history table '" + table.table() + "', but '" + twin.table()
                        + "' there says that scripts of this folder are applied",
                "if that is the history of this folder, name it in history-table; if it is another service's with the same"
                        + " scripts, rename those of one of them",
                Map.of("schema", table.schema(), "historyTable", twin.table()),
                null);
    }

    /** As {@code a, b, c, d, e and more}. */
    static String shorten(List<String> names) {
        return names.size() <= SHOWN
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, SHOWN)) + " and more";
    }

    /** Whether the server refused a query because of the table or its content. */
    static boolean isAboutTable(String sqlState) {
        return sqlState.startsWith("42") || sqlState.startsWith("22");
    }

    /**
     * Why a table cannot serve as a history.
     *
     * @param sqlState the SQLSTATE with which the server refused to read it
     * @param words the server's message
     * @return empty if the reason is not the table
     */
    public static Optional<RunFailure> unreadable(HistoryTable table, String sqlState, String words) {
        String wayOut;
        String seen;
        if (sqlState.equals("42501")) {
            seen = table.quoted() + " is not readable by this role: " + words;
            wayOut = "as an administrator: grant select, insert, update, delete on " + table.quoted() + " to this role";
        } else if (isAboutTable(sqlState)) {
            seen = table.quoted() + " is not a history that Flyway wrote: " + words + " (" + sqlState + ")";
            wayOut = "name the right table in history-table, or restore this one from a backup";
        } else {
            return Optional.empty();
        }
        return Optional.of(
                new RunFailure(ExitCode.PREFLIGHT_REFUSED, seen, wayOut, Map.of("sqlState", sqlState), null));
    }
}
