package dev.slipway.migrator.apply;

import dev.slipway.contract.AppVersion;
import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Problems;
import dev.slipway.contract.Problems.Problem;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.files.CallbackFile;
import dev.slipway.migrator.files.Checksum;
import dev.slipway.migrator.files.Layout;
import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.files.MigrationFile.Kind;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.files.MigrationVersion;
import dev.slipway.migrator.files.ScriptHeader;
import dev.slipway.migrator.files.ScriptOptions;
import dev.slipway.migrator.history.Comparison;
import dev.slipway.migrator.history.HistoryRow;
import dev.slipway.migrator.ledger.LedgerScript;
import dev.slipway.migrator.ledger.OpenAttempts;
import dev.slipway.migrator.ledger.UndoSql;
import dev.slipway.migrator.sql.DownSection;
import dev.slipway.migrator.sql.SqlScript;
import dev.slipway.migrator.sql.SqlSyntaxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads everything that is about to run, once: each pending script, its undo script, and the callbacks. Every command
 * refuses what is refused here, before anything runs, so that a mistake in the last script leaves nothing half done.
 */
public final class PendingScripts {
    /** The callbacks that run inside the transaction of a migration. */
    static final Set<String> INSIDE =
            Set.of("beforeEachMigrate", "afterEachMigrate", "beforeEachMigrateStatement", "afterEachMigrateStatement");

    /** The callbacks that a migration can trigger; a test compares them with Flyway's. */
    static final Set<String> CALLED = Set.of(
            "beforeConnect",
            "afterConnect",
            "createSchema",
            "beforeCreateSchema",
            "beforeValidate",
            "afterValidate",
            "afterValidateError",
            "beforeMigrate",
            "beforeEachMigrate",
            "beforeEachMigrateStatement",
            "afterEachMigrateStatement",
            "afterEachMigrate",
            "afterEachMigrateError",
            "afterVersioned",
            "beforeRepeatables",
            "afterMigrate",
            "afterMigrateApplied",
            "afterMigrateError");

    /** The width of the column in the history; Flyway shortens every value except a version. */
    private static final String RESUMABLE_IN_VAIN = "has '" + ScriptHeader.RESUMABLE_COMMENT
            + "', which has no effect, because the script is one transaction: leave it out; or write"
            + " executeInTransaction=false into its .conf file, if a procedure that it calls commits";

    private static final int LONGEST_VERSION = 50;

    private final MigrationFolder folder;
    private final Layout layout;
    private final Placeholders placeholders;
    private final OpenAttempts attempts;
    private final List<MigrationFile> pending = new ArrayList<>();
    private final Map<String, ReadyScript> ready = new LinkedHashMap<>();
    private final Problems problems = new Problems();
    private final Set<Problem> withoutValue = new HashSet<>();

    private PendingScripts(MigrationFolder folder, Placeholders placeholders, OpenAttempts attempts) {
        this.attempts = attempts;
        this.folder = folder;
        this.layout = folder.layout();
        this.placeholders = placeholders;
    }

    /**
     * Reads nothing if nothing is pending.
     *
     * @param comparison of the folder with the history; if a repeatable migration can only be compared once its
     * placeholders are replaced, that comparison happens here
     * @param attempts earlier attempts at scripts that may be half done
     * @param owed whether callbacks of an earlier run are still to be called, even if nothing is pending
     * @throws SQLException if the database did not return the value of a placeholder
     */
    public static PendingScripts read(
            MigrationFolder folder,
            Comparison comparison,
            Placeholders placeholders,
            OpenAttempts attempts,
            boolean owed)
            throws SQLException {
        var reading = new PendingScripts(folder, placeholders, attempts);
        if (owed || !comparison.pending().isEmpty() || !comparison.doubts().isEmpty()) {
            reading.readAll(comparison, owed);
        }
        return reading;
    }

    /** What is pending, in the order in which it would run; also what cannot be run. */
    public List<MigrationFile> pending() {
        return List.copyOf(pending);
    }

    /** The pending scripts that can be run, in their order. */
    public List<ReadyScript> scripts() {
        return List.copyOf(ready.values());
    }

    /** What the run begins with, in a word: a version, {@code repeatables}, or {@code callbacks} if no script is pending. */
    public String firstWord() {
        return pending.stream()
                .findFirst()
                .map(file -> file.version().map(MigrationVersion::toString).orElse("repeatables"))
                .orElse("callbacks");
    }

    /** What cannot be run, and why. */
    public List<Problem> problems() {
        return problems.list();
    }

    /** Whether the problem is a placeholder without a value. */
    public boolean isWithoutValue(Problem problem) {
        return withoutValue.contains(problem);
    }

    /** Why the migration would not start; empty if it would. */
    public Optional<RunFailure> refusal() {
        return problems.isEmpty()
                ? cannotGoOn()
                : Optional.of(new RunFailure(
                        ExitCode.USAGE,
                        problems.describe("the pending migrations"),
                        "correct the scripts; nothing has been run"));
    }

    /** The refusal of the first script that was half done by an earlier attempt and has changed since. */
    private Optional<RunFailure> cannotGoOn() {
        return ready.values().stream()
                .flatMap(script -> attempts
                        .at(script.script())
                        .flatMap(attempt ->
                                Resumption.refusal(script.name(), script.sql().statements(), attempt))
                        .stream())
                .findFirst();
    }

    /** @throws RunFailure with all problems, if one of the scripts cannot be run safely */
    public void refuse() {
        Optional<RunFailure> refusal = refusal();
        if (refusal.isPresent()) {
            throw refusal.get();
        }
    }

    private void readAll(Comparison comparison, boolean owed) throws SQLException {
        pending.addAll(comparison.pending());
        pending.addAll(changedRepeatables(comparison));
        for (MigrationFile file : pending) {
            read(file);
        }
        checkRepeatables(pending.stream().map(MigrationFile::script).collect(Collectors.toSet()));
        if (owed || !pending.isEmpty()) {
            for (CallbackFile callback : folder.callbacks()) {
                if (CALLED.contains(callback.event())) {
                    check(callback);
                }
            }
        }
    }

    /** Flyway's checksum of a repeatable migration is that of its text with placeholders replaced. */
    private List<MigrationFile> changedRepeatables(Comparison comparison) throws SQLException {
        var changed = new ArrayList<MigrationFile>();
        if (comparison.doubts().isEmpty() || !comparison.versionsAhead().isEmpty()) {
            return changed;
        }
        for (MigrationFile file : folder.migrations()) {
            Optional<HistoryRow> row = comparison.applied().stream()
                    .filter(each ->
                            each.version().isEmpty() && each.description().equals(file.description()))
                    .findFirst();
            boolean doubtful = file.kind() == Kind.REPEATABLE && file.hasPlaceholder() && row.isPresent();
            if (doubtful && !row.get().checksum().equals(checksum(file))) {
                changed.add(file);
            }
        }
        return changed;
    }

    /** Empty if it has none, which is reported when the script is read. */
    private Optional<Integer> checksum(MigrationFile file) throws SQLException {
        try {
            return Optional.of(checksum(file, text(file)));
        } catch (Placeholders.WithoutValue | IOException bad) {
            return Optional.empty();
        }
    }

    /** @param text with placeholders replaced */
    private static int checksum(MigrationFile file, String text) {
        return file.kind() == Kind.REPEATABLE && file.hasPlaceholder()
                ? Checksum.of(text.getBytes(StandardCharsets.UTF_8))
                : file.checksum();
    }

    /** A repeatable migration, applied or not, cannot be compared without the values of its placeholders. */
    private void checkRepeatables(Set<String> read) throws SQLException {
        for (MigrationFile file : folder.migrations()) {
            if (file.kind() == Kind.REPEATABLE && file.hasPlaceholder() && !read.contains(file.script())) {
                try {
                    text(file);
                } catch (Placeholders.WithoutValue | IOException bad) {
                    add(file.path(), bad);
                }
            }
        }
    }

    private void read(MigrationFile file) throws SQLException {
        Path path = file.path();
        try {
            byte[] bytes = file.read();
            ScriptOptions options = ScriptOptions.of(path);
            String text = new String(bytes, StandardCharsets.UTF_8);
            refuseWhatUndoes(path, text);
            String replaced = text(path, text, options);
            SqlScript sql = layout.parse(replaced);
            ScriptMode mode = ScriptMode.of(sql, !options.inTransaction(), layout.mayMix());
            refuseLongVersion(file);
            Optional<UndoSql> undo = file.version().flatMap(folder::undoOf).flatMap(this::undo);
            if (mode instanceof ScriptMode.Refused refused) {
                add(path, refused);
            } else if (mode instanceof ScriptMode.Transactional && file.header().resumable()) {
                problems.add(path.toString(), RESUMABLE_IN_VAIN);
            } else {
                SqlScript sent = ScriptMode.toSend(sql, mode);
                boolean withoutControl =
                        sent.statements().size() < sql.statements().size();
                ready.put(
                        file.script(),
                        new ReadyScript(
                                file, checksum(file, replaced), script(file, bytes, undo), mode, sent, withoutControl));
            }
        } catch (SqlSyntaxException | Placeholders.WithoutValue | IOException bad) {
            add(path, bad);
        }
    }

    private static LedgerScript script(MigrationFile file, byte[] bytes, Optional<UndoSql> undo) {
        LedgerScript plain =
                LedgerScript.migration(file.script(), file.version().map(MigrationVersion::toString), bytes, undo);
        return file.isContract()
                ? plain.asContract(file.header().oldestAppVersion().map(AppVersion::toString))
                : plain;
    }

    private void refuseLongVersion(MigrationFile file) {
        int length = file.version().map(version -> version.toString().length()).orElse(0);
        if (length > LONGEST_VERSION) {
            problems.add(
                    file.path().toString(),
                    "has a version of " + length + " characters; expected at most " + LONGEST_VERSION
                            + ", as the history holds no longer ones: give it a shorter one");
        }
    }

    private void refuseWhatUndoes(Path path, String text) {
        DownSection.refusals(path.toString(), text).forEach(each -> problems.add(path.toString(), each));
    }

    private void check(CallbackFile callback) throws SQLException {
        Path path = callback.path();
        try {
            ScriptOptions options = ScriptOptions.of(path);
            String text = Files.readString(path);
            refuseWhatUndoes(path, text);
            SqlScript sql = layout.parse(text(path, text, options));
            if (INSIDE.contains(callback.event())) {
                ScriptMode.refusedInsideOfMigration(sql).ifPresent(refused -> add(path, refused));
            } else if (ScriptMode.of(sql, !options.inTransaction(), layout.mayMix())
                    instanceof ScriptMode.Refused refused) {
                add(path, refused);
            }
        } catch (SqlSyntaxException | Placeholders.WithoutValue | IOException bad) {
            add(path, bad);
        }
    }

    private String text(MigrationFile file) throws Placeholders.WithoutValue, IOException, SQLException {
        return text(file.path(), new String(file.read(), StandardCharsets.UTF_8), ScriptOptions.of(file.path()));
    }

    private String text(Path path, String text, ScriptOptions options)
            throws Placeholders.WithoutValue, IOException, SQLException {
        return layout.hasPlaceholders() && options.replacesPlaceholders() ? placeholders.replace(path, text) : text;
    }

    private void add(Path path, ScriptMode.Refused refused) {
        problems.add(path.toString(), "line " + refused.line() + ": " + refused.what());
    }

    private void add(Path path, Exception bad) {
        if (bad instanceof SqlSyntaxException malformed) {
            malformed.problems().forEach(each -> problems.add(path.toString(), each.toString()));
        } else if (bad instanceof Placeholders.WithoutValue unknown) {
            problems.add(path.toString(), unknown.explanation());
            withoutValue.add(new Problem(path.toString(), unknown.explanation()));
        } else {
            problems.add(path.toString(), "cannot be read: " + bad.getMessage());
        }
    }

    /**
     * Read now, because a mistake in it would otherwise show only on the day it is needed. Empty if it is not written
     * yet.
     */
    private Optional<UndoSql> undo(MigrationFile file) {
        try {
            var undo = UndoSql.of(file.script(), file.read());
            DownSection.upSectionOf(undo.sql())
                    .ifPresent(each -> problems.add(file.path().toString(), each.refusalInUndo()));
            SqlScript sql = SqlScript.parse(undo.sql());
            if (ScriptMode.of(sql, false, false) instanceof ScriptMode.Refused refused) {
                add(file.path(), refused);
            }
            boolean written = !sql.statements().isEmpty() || file.header().nothingToUndo();
            return written ? Optional.of(undo) : Optional.empty();
        } catch (SqlSyntaxException | IOException bad) {
            add(file.path(), bad);
        }
        return Optional.empty();
    }
}
