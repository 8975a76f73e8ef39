package dev.slipway.migrator.drizzle;

import dev.slipway.contract.ExitCode;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.lock.HeldLock;
import dev.slipway.migrator.sql.SqlLiteral;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Adds the rows of scripts that we apply to Drizzle's table, as SQL that is sent with the commit of each. Immutable.
 *
 * @param migrations all migrations of the folder
 * @param named whether the table has a column for the name
 * @param lastId of the row that was the newest when all pending scripts were found
 */
public record DrizzleRecord(DrizzleTable table, List<DrizzleMigration> migrations, boolean named, long lastId) {
    private static final String APPLIED = "Drizzle has applied this migration";

    /**
     * Adds the row of a script. It fails if Drizzle, which does not take our lock, has applied the script since, and
     * {@link #explain} recognises that failure. It locks the table, so that the check stays true until the commit.
     *
     * @return ends with a semicolon
     */
    public String of(MigrationFile file) {
        DrizzleMigration migration = migrations.stream()
                .filter(each -> each.file().script().equals(file.script()))
                .findFirst()
                .orElseThrow();
        String hash = SqlLiteral.of(migration.hash());
        String name = SqlLiteral.of(migration.name());
        return "lock table " + table.quoted() + " in share row exclusive mode;"
                + HeldLock.addsOneRow(
                        "insert into " + table.quoted() + " (hash, created_at" + (named ? ", name" : "") + ") select "
                                + hash
                                + ", " + migration.createdAt() + (named ? ", " + name : "")
                                + " where not exists (select from " + table.quoted() + " where id > " + lastId
                                + " and ("
                                + time(migration, hash) + (named ? " or name = " + name : "") + "))",
                        APPLIED);
    }

    /** The time identifies a file, unless another file has the same time. */
    private String time(DrizzleMigration migration, String hash) {
        boolean shared = migrations.stream()
                        .filter(each -> each.isOfTime(migration.createdAt()))
                        .count()
                > 1;
        return "created_at = " + migration.createdAt() + (shared ? " and hash = " + hash : "");
    }

    /** Empty for any other failure. */
    public Optional<RunFailure> explain(String script, Throwable failure) {
        return HeldLock.isMarked(failure, APPLIED) ? Optional.of(appliedMeanwhile(script)) : Optional.empty();
    }

    private RunFailure appliedMeanwhile(String script) {
        return new RunFailure(
                ExitCode.MIGRATION_FAILED,
                script + " was applied by Drizzle at the same time, as " + table
                        + " shows; what this run did with it was rolled back",
                "start again: the next run takes over what Drizzle has applied; let only one of the two migrate",
                Map.of("script", script),
                null);
    }
}
