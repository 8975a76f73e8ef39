package dev.slipway.migrator.flyway;

import dev.slipway.contract.AppVersion;
import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Problems;
import dev.slipway.migrator.files.CallbackFile;
import dev.slipway.migrator.files.Layout;
import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.files.ScriptHeader;
import dev.slipway.migrator.files.ScriptOptions;
import dev.slipway.migrator.files.Version;
import dev.slipway.migrator.ledger.Script;
import dev.slipway.migrator.ledger.UndoSql;
import dev.slipway.migrator.report.RunFailure;
import dev.slipway.migrator.sql.SqlScript;
import dev.slipway.migrator.sql.SqlSyntaxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.internal.info.MigrationInfoImpl;

/** Reads every pending script before the first one runs, so that a mistake in the last leaves nothing half done. */
final class PendingScripts {
    /** The callbacks that run inside the transaction of a migration. */
    private static final Set<String> INSIDE = ids(
            Event.BEFORE_EACH_MIGRATE,
            Event.AFTER_EACH_MIGRATE,
            Event.BEFORE_EACH_MIGRATE_STATEMENT,
            Event.AFTER_EACH_MIGRATE_STATEMENT);

    /** The callbacks that a migration can bring about. */
    private static final Set<String> CALLED = ids(
            Event.BEFORE_CONNECT,
            Event.AFTER_CONNECT,
            Event.CREATE_SCHEMA,
            Event.BEFORE_CREATE_SCHEMA,
            Event.BEFORE_VALIDATE,
            Event.AFTER_VALIDATE,
            Event.AFTER_VALIDATE_ERROR,
            Event.BEFORE_MIGRATE,
            Event.BEFORE_EACH_MIGRATE,
            Event.BEFORE_EACH_MIGRATE_STATEMENT,
            Event.AFTER_EACH_MIGRATE_STATEMENT,
            Event.AFTER_EACH_MIGRATE,
            Event.AFTER_EACH_MIGRATE_ERROR,
            Event.AFTER_VERSIONED,
            Event.BEFORE_REPEATABLES,
            Event.AFTER_MIGRATE,
            Event.AFTER_MIGRATE_APPLIED,
            Event.AFTER_MIGRATE_ERROR);

    private final FlywaySession flyway;
    private final int lastRank;
    private final Placeholders placeholders;
    private final Layout layout;
    private final MigrationFolder folder;
    private final Map<String, ScriptHeader> headers = new HashMap<>();
    private final Problems problems = new Problems();

    private PendingScripts(FlywaySession flyway, MigrationFolder folder, int lastRank) {
        this.flyway = flyway;
        this.lastRank = lastRank;
        this.placeholders = new Placeholders(flyway);
        this.layout = flyway.scripts().layout();
        this.folder = folder;
        folder.migrations().forEach(file -> headers.put(file.script(), file.header()));
    }

    /**
     * Reads the callbacks as well.
     *
     * @param lastRank of the history as it is now
     * @throws RunFailure with all problems, where one of the scripts cannot be run safely
     */
    static List<PendingScript> read(
            FlywaySession flyway, MigrationFolder folder, List<MigrationInfoImpl> pending, int lastRank) {
        var reading = new PendingScripts(flyway, folder, lastRank);
        List<PendingScript> scripts =
                pending.stream().map(reading::read).flatMap(Optional::stream).toList();
        folder.callbacks().stream()
                .filter(each -> CALLED.contains(each.event()))
                .forEach(reading::check);
        reading.refuseProblems();
        return scripts;
    }

    /**
     * Asked before Flyway looks at the folder: it gives up at the first repeatable migration whose placeholder has no
     * value, as that belongs to its checksum, and does not say which file it is in.
     *
     * @param due files that are about to run
     */
    static void refuseMissingPlaceholders(FlywaySession flyway, MigrationFolder folder, List<MigrationFile> due) {
        var reading = new PendingScripts(flyway, folder, 0);
        Set<Path> paths = due.stream().map(MigrationFile::path).collect(Collectors.toSet());
        folder.migrations().stream()
                .filter(file -> file.kind() == MigrationFile.Kind.REPEATABLE || paths.contains(file.path()))
                .filter(MigrationFile::hasPlaceholder)
                .forEach(file -> reading.checkPlaceholders(file.path()));
        reading.refuseProblems();
    }

    private void checkPlaceholders(Path path) {
        try {
            if (ScriptOptions.of(path).replacesPlaceholders()) {
                placeholders.replace(path, Files.readString(path));
            }
        } catch (Placeholders.WithoutValue | IOException bad) {
            add(path, bad);
        }
    }

    private void refuseProblems() {
        if (!problems.isEmpty()) {
            throw new RunFailure(
                    ExitCode.USAGE,
                    problems.describe("the pending migrations"),
                    "correct the scripts; nothing has been run");
        }
    }

    private Optional<PendingScript> read(MigrationInfoImpl migration) {
        Path path = Path.of(migration.getPhysicalLocation());
        try {
            byte[] bytes = Files.readAllBytes(path);
            ScriptOptions options = ScriptOptions.of(path);
            String text = new String(bytes, StandardCharsets.UTF_8);
            SqlScript sql = parse(path, text, options);
            ScriptMode mode = ScriptMode.of(sql, !options.inTransaction(), layout.mayMix());
            if (mode instanceof ScriptMode.Refused refused) {
                problems.add(path.toString(), "line " + refused.line() + ": " + refused.what());
                return Optional.empty();
            }
            Optional<String> version =
                    Optional.ofNullable(migration.getVersion()).map(Object::toString);
            Optional<UndoSql> undo =
                    version.flatMap(Version::parse).flatMap(folder::undoOf).flatMap(this::undo);
            var plain = Script.migration(migration.getScript(), version, bytes, undo);
            ScriptHeader header = headers.getOrDefault(migration.getScript(), ScriptHeader.NONE);
            Script script = header.contract()
                    ? plain.asContract(header.oldestAppVersion().map(AppVersion::toString))
                    : plain;
            return Optional.of(new PendingScript(
                    new AppliedRow(flyway, migration, lastRank),
                    script,
                    mode,
                    sql.statements(),
                    PendingScript.setsSessionState(sql)));
        } catch (SqlSyntaxException | Placeholders.WithoutValue | IOException bad) {
            add(path, bad);
        }
        return Optional.empty();
    }

    private void check(CallbackFile callback) {
        Path path = callback.path();
        try {
            ScriptOptions options = ScriptOptions.of(path);
            SqlScript sql = parse(path, Files.readString(path), options);
            Optional<ScriptMode.Refused> refused = INSIDE.contains(callback.event())
                    ? ScriptMode.refusedInsideOfMigration(sql)
                    : Optional.of(ScriptMode.of(sql, !options.inTransaction(), layout.mayMix()))
                            .filter(ScriptMode.Refused.class::isInstance)
                            .map(ScriptMode.Refused.class::cast);
            refused.ifPresent(each -> problems.add(path.toString(), "line " + each.line() + ": " + each.what()));
        } catch (SqlSyntaxException | Placeholders.WithoutValue | IOException bad) {
            add(path, bad);
        }
    }

    private SqlScript parse(Path path, String text, ScriptOptions options)
            throws Placeholders.WithoutValue, IOException {
        boolean replaces = layout.hasPlaceholders() && options.replacesPlaceholders();
        return layout.parse(replaces ? placeholders.replace(path, text) : text);
    }

    private void add(Path path, Exception bad) {
        if (bad instanceof SqlSyntaxException malformed) {
            malformed.problems().forEach(each -> problems.add(path.toString(), each.toString()));
        } else if (bad instanceof Placeholders.WithoutValue unknown) {
            problems.add(path.toString(), unknown.explanation());
        } else {
            problems.add(path.toString(), "cannot be read: " + bad.getMessage());
        }
    }

    private static Set<String> ids(Event... events) {
        return Arrays.stream(events).map(Event::getId).collect(Collectors.toUnmodifiableSet());
    }

    /** Read now, as a mistake in it would else be found on the day when it is needed. Empty where it is not written yet. */
    private Optional<UndoSql> undo(MigrationFile file) {
        String path = file.path().toString();
        try {
            var undo = UndoSql.of(file.script(), Files.readAllBytes(file.path()));
            SqlScript sql = SqlScript.parse(undo.sql());
            if (ScriptMode.of(sql, false, false) instanceof ScriptMode.Refused refused) {
                problems.add(path, "line " + refused.line() + ": " + refused.what());
            }
            boolean written = !sql.statements().isEmpty() || file.header().nothingToUndo();
            return written ? Optional.of(undo) : Optional.empty();
        } catch (SqlSyntaxException | IOException bad) {
            add(file.path(), bad);
        }
        return Optional.empty();
    }
}
