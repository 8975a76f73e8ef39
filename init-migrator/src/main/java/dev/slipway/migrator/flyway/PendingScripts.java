package dev.slipway.migrator.flyway;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Problems;
import dev.slipway.migrator.ledger.Script;
import dev.slipway.migrator.report.RunFailure;
import dev.slipway.migrator.sql.SqlScript;
import dev.slipway.migrator.sql.SqlStatement;
import dev.slipway.migrator.sql.SqlSyntaxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.flywaydb.core.internal.info.MigrationInfoImpl;

/** Reads every pending script before the first one runs, so that a mistake in the last leaves nothing half done. */
final class PendingScripts {
    private final Placeholders placeholders;
    private final Problems problems = new Problems();

    private PendingScripts(FlywaySession flyway) {
        this.placeholders = new Placeholders(flyway);
    }

    /** @throws RunFailure with all problems, where one of the scripts cannot be run safely */
    static List<PendingScript> read(FlywaySession flyway, List<MigrationInfoImpl> pending) {
        var reading = new PendingScripts(flyway);
        List<PendingScript> scripts =
                pending.stream().map(reading::read).flatMap(Optional::stream).toList();
        if (!reading.problems.isEmpty()) {
            throw new RunFailure(
                    ExitCode.USAGE,
                    reading.problems.describe("the pending migrations"),
                    "correct the scripts; nothing has been run");
        }
        return scripts;
    }

    private Optional<PendingScript> read(MigrationInfoImpl migration) {
        Path path = Path.of(migration.getPhysicalLocation());
        try {
            byte[] bytes = Files.readAllBytes(path);
            ScriptOptions options = ScriptOptions.of(path);
            String text = new String(bytes, StandardCharsets.UTF_8);
            SqlScript sql = SqlScript.parse(options.replacesPlaceholders() ? placeholders.replace(path, text) : text);
            ScriptMode mode = ScriptMode.of(sql, !options.inTransaction());
            if (mode instanceof ScriptMode.Refused refused) {
                problems.add(path.toString(), "line " + refused.line() + ": " + refused.what());
                return Optional.empty();
            }
            Optional<String> version =
                    Optional.ofNullable(migration.getVersion()).map(Object::toString);
            var script = new Script(migration.getScript(), version, Script.sha256(bytes));
            boolean sets = sql.statements().stream().anyMatch(PendingScripts::setsSessionState);
            return Optional.of(new PendingScript(migration, path, script, mode, sql.statements(), sets));
        } catch (SqlSyntaxException malformed) {
            malformed.problems().forEach(each -> problems.add(path.toString(), each.toString()));
        } catch (Placeholders.WithoutValue unknown) {
            problems.add(path.toString(), unknown.explanation());
        } catch (IOException unreadable) {
            problems.add(path.toString(), "cannot be read: " + unreadable.getMessage());
        }
        return Optional.empty();
    }

    private static boolean setsSessionState(SqlStatement statement) {
        String text = statement.text().toLowerCase(Locale.ROOT);
        return text.startsWith("set ") || text.startsWith("set\n") || text.contains("set_config");
    }
}
