package dev.slipway.migrator.flyway;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Problems;
import dev.slipway.migrator.ledger.Script;
import dev.slipway.migrator.report.RunFailure;
import dev.slipway.migrator.sql.SqlScript;
import dev.slipway.migrator.sql.SqlStatement;
import dev.slipway.migrator.sql.SqlSyntaxException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import org.flywaydb.core.internal.info.MigrationInfoImpl;

/** Reads every pending script before the first one runs, so that a mistake in the last leaves nothing half done. */
final class PendingScripts {
    private PendingScripts() {}

    /** @throws RunFailure with all problems, where one of the scripts cannot be run safely */
    static List<PendingScript> read(List<MigrationInfoImpl> pending) {
        var problems = new Problems();
        var scripts = new ArrayList<PendingScript>();
        for (MigrationInfoImpl migration : pending) {
            read(migration, problems).ifPresent(scripts::add);
        }
        if (!problems.isEmpty()) {
            throw new RunFailure(
                    ExitCode.USAGE,
                    problems.describe("the pending migrations"),
                    "correct the scripts; nothing has been run");
        }
        return scripts;
    }

    private static Optional<PendingScript> read(MigrationInfoImpl migration, Problems problems) {
        Path path = Path.of(migration.getPhysicalLocation());
        try {
            byte[] bytes = Files.readAllBytes(path);
            SqlScript sql = SqlScript.parse(new String(bytes, StandardCharsets.UTF_8));
            ScriptMode mode = ScriptMode.of(sql, asksForNoTransaction(path));
            if (mode instanceof ScriptMode.Refused refused) {
                problems.add(path.toString(), "line " + refused.line() + ": " + refused.what());
                return Optional.empty();
            }
            Optional<String> version =
                    Optional.ofNullable(migration.getVersion()).map(Object::toString);
            var script = new Script(migration.getScript(), version, Script.sha256(bytes));
            boolean sets = sql.statements().stream().anyMatch(PendingScripts::setsSessionState);
            return Optional.of(new PendingScript(
                    migration, path, script, mode, sql.statements().size(), sets));
        } catch (SqlSyntaxException malformed) {
            malformed.problems().forEach(each -> problems.add(path.toString(), each.toString()));
        } catch (IOException unreadable) {
            problems.add(path.toString(), "cannot be read: " + unreadable.getMessage());
        }
        return Optional.empty();
    }

    private static boolean setsSessionState(SqlStatement statement) {
        String text = statement.text().toLowerCase(Locale.ROOT);
        return text.startsWith("set ") || text.startsWith("set\n") || text.contains("set_config");
    }

    /** Flyway's script configuration: a file of the same name with {@code .conf} at its end. */
    private static boolean asksForNoTransaction(Path script) throws IOException {
        Path configuration = script.resolveSibling(script.getFileName() + ".conf");
        if (!Files.exists(configuration)) {
            return false;
        }
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(configuration)) {
            properties.load(reader);
        }
        return "false"
                .equalsIgnoreCase(
                        properties.getProperty("executeInTransaction", "true").strip());
    }
}
