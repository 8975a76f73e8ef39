package dev.slipway.migrator.drizzle;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import dev.slipway.contract.ExitCode;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.lock.HeldLock;
import dev.slipway.migrator.sql.SqlLiteral;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Adds the rows of scripts that we apply to Drizzle's table, as SQL that is sent with the commit of each. Immutable. */
public final class DrizzleRecord {
    private static final String APPLIED = "Drizzle has applied this migration";

    private final DrizzleTable table;
    private final Map<String, DrizzleMigration> byScript;
    private final Map<Long, List<DrizzleMigration>> bySecond;
    private final boolean named;
    private final long lastId;

    /**
     * @param migrations all of the folder
     * @param end of the table when all pending scripts were found
     */
    DrizzleRecord(DrizzleTable table, List<DrizzleMigration> migrations, DrizzleTable.End end) {
        this.table = table;
        this.byScript = migrations.stream().collect(toMap(each -> each.file().script(), identity()));
        this.bySecond = migrations.stream().collect(groupingBy(DrizzleMigration::second));
        this.named = end.named();
        this.lastId = end.lastId();
    }

    /**
     * Adds the row of a script. It fails if Drizzle, which does not take our lock, has applied the script since, and
     * {@link #explain} recognises that failure. It locks the table, so that the check stays true until the commit.
     *
     * @return ends with a semicolon
     */
    public String of(MigrationFile file) {
        DrizzleMigration migration = Objects.requireNonNull(byScript.get(file.script()));
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
        boolean shared = Objects.requireNonNull(bySecond.get(migration.second())).stream()
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
