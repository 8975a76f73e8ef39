package dev.slipway.migrator.command;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.RunOutcome;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.files.MigrationFolder;
import dev.slipway.migrator.lock.LockLoop;
import dev.slipway.migrator.report.RunReport;
import dev.slipway.migrator.run.RunContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;

/**
 * The first look of {@code migrate}, which replaces the pre-flight if no migration is needed: almost every pod starts
 * on a schema that is up to date, perhaps with a read-only role, or on a standby.
 */
final class UpToDateLook implements LockLoop.Work {
    private final RunContext context;
    private final MigrateRun migrate;
    private boolean needed;

    UpToDateLook(RunContext context, MigrationFolder folder) {
        this.context = context;
        this.migrate = new MigrateRun(context, folder);
    }

    /**
     * The report of {@code migrate} if there is nothing to do; empty if a migration is needed, or would be refused.
     *
     * @throws RunFailure if the database cannot be reached
     */
    Optional<RunReport> run() {
        try {
            RunReport seen = migrate.loop().run(this);
            return needed ? Optional.empty() : Optional.of(seen);
        } catch (RunFailure refused) {
            if (refused.exitCode() == ExitCode.DATABASE_UNREACHABLE || refused.exitCode() == ExitCode.WAIT_TIMEOUT) {
                throw refused;
            }
            return Optional.empty();
        }
    }

    @Override
    public LockLoop.Look look(Connection connection) throws SQLException {
        LockLoop.Look look = migrate.look(connection);
        needed = look.ended().isEmpty();
        if (!needed) {
            return look;
        }
        RunReport report = context.report(
                ExitCode.OK, RunOutcome.CHECKED, "a migration is needed", "", Optional.empty(), Map.of());
        return new LockLoop.Look(Optional.of(report), look.appliedRows());
    }

    @Override
    public RunReport underLock(Connection connection) {
        throw new IllegalStateException("the look has ended it");
    }
}
