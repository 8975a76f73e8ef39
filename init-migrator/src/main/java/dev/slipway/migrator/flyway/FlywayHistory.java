package dev.slipway.migrator.flyway;

import dev.slipway.contract.Settings;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.session.DatabaseIdentity;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.output.RepairOutput;
import org.flywaydb.core.api.output.RepairResult;
import org.flywaydb.core.internal.command.DbBaseline;
import org.flywaydb.core.internal.command.DbRepair;
import org.flywaydb.core.internal.command.DbSchemas;
import org.flywaydb.core.internal.database.base.Schema;

/** Changes to the history that run no migration: Flyway's own commands, on the connection that holds the lock. */
public final class FlywayHistory {
    private final Connection connection;
    private final Settings settings;
    private final Scripts scripts;
    private final EventLog log;

    public FlywayHistory(Connection connection, Settings settings, Scripts scripts, EventLog log) {
        this.connection = connection;
        this.settings = settings;
        this.scripts = scripts;
        this.log = log;
    }

    /** Makes schema and history where they are missing, with the baseline version as its first row. */
    public void baseline() throws SQLException {
        run(opened -> {
            FlywaySession flyway = opened.withLockedCallbacks(log);
            flyway.lock().historyEndsAt(0);
            new DbSchemas(
                            flyway.database(),
                            flyway.schemas().toArray(Schema[]::new),
                            flyway.history(),
                            flyway.callbacks())
                    .create(false);
            return baseline(flyway);
        });
    }

    static String baseline(FlywaySession flyway) {
        return new DbBaseline(
                        flyway.history(),
                        flyway.configuration().getBaselineVersion(),
                        flyway.configuration().getBaselineDescription(),
                        flyway.callbacks(),
                        flyway.database())
                .baseline()
                .baselineVersion;
    }

    /**
     * What a repair did.
     *
     * @param removed rows of failed migrations
     * @param aligned rows whose checksum, description or type now equal the file's
     * @param deleted rows whose file is gone; marked, not removed
     */
    public record Repaired(List<String> removed, List<String> aligned, List<String> deleted) {
        public int count() {
            return removed.size() + aligned.size() + deleted.size();
        }
    }

    /**
     * @param folder the files that the history is to agree with
     * @param someCameLate whether a newer image applied versions between those of this folder: to Flyway their files are
     *     missing, too, and to forget them would be to apply them twice
     */
    public Repaired repair(MigrationFolder folder, boolean someCameLate) throws SQLException {
        PendingScripts.refuseMissingPlaceholders(folder, new Placeholders(settings, DatabaseIdentity.of(connection)));
        return run(opened -> {
            FlywaySession flyway = opened.withLockedCallbacks(log);
            List<String> takenOver = takeOverFromDrizzle(flyway);
            if (!someCameLate) {
                flyway.reportMissingFiles();
            }
            RepairResult result = new DbRepair(
                            flyway.database(),
                            flyway.resolver(),
                            flyway.history(),
                            flyway.callbacks(),
                            flyway.configuration())
                    .repair();
            return new Repaired(
                    labels(result.migrationsRemoved),
                    Stream.concat(takenOver.stream(), labels(result.migrationsAligned).stream())
                            .toList(),
                    labels(result.migrationsDeleted));
        });
    }

    /** Files that were changed after Drizzle applied them. */
    private List<String> takeOverFromDrizzle(FlywaySession flyway) throws SQLException {
        if (scripts.drizzle().isEmpty()) {
            return List.of();
        }
        new HistorySetUp(connection, settings, log).prepare(flyway);
        return new DrizzleAdoption(connection, settings, flyway, log).adoptAsTheyAre();
    }

    private static List<String> labels(List<RepairOutput> outputs) {
        return outputs.stream()
                .map(each -> Stream.of(each.version, each.description)
                        .filter(part -> part != null && !part.isEmpty())
                        .reduce((version, description) -> version + " (" + description + ")")
                        .orElse("?"))
                .toList();
    }

    private <T> T run(FlywaySession.SqlWork<T> command) throws SQLException {
        try {
            return FlywaySession.withSql(connection, settings, scripts, log, command);
        } catch (FlywayException refused) {
            throw FlywayRefusal.explain(refused, "the history may be changed in part");
        }
    }
}
