package dev.slipway.migrator.command;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.RunOutcome;
import dev.slipway.migrator.drift.Drift;
import dev.slipway.migrator.drift.Drift.Change;
import dev.slipway.migrator.drift.KeptSnapshot;
import dev.slipway.migrator.drift.KeptSnapshot.Look;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.lock.LockLoop;
import dev.slipway.migrator.report.Json;
import dev.slipway.migrator.report.RunReport;
import dev.slipway.migrator.run.ReadOnly;
import dev.slipway.migrator.run.ReadRun;
import dev.slipway.migrator.run.RunContext;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * {@code slipway drift}: compares the schema with what the last migration left. Reads no migrations; with
 * {@code --accept} it stores the schema as it is, under the migration lock.
 */
final class DriftRun implements LockLoop.Work {
    private static final String ACCEPT = "slipway drift --accept";

    private final RunContext context;
    private final PrintStream out;
    private final boolean json;
    private final boolean accept;

    DriftRun(RunContext context, PrintStream out, boolean json, boolean accept) {
        this.context = context;
        this.out = out;
        this.json = json;
        this.accept = accept;
    }

    /** @throws RunFailure with exit 6, after the differences were printed, if there are any or nothing to compare with */
    RunReport run() {
        return accept ? context.lockLoop().run(this) : compare();
    }

    private RunReport compare() {
        Look look = ReadRun.look(context, this::see);
        if (look instanceof Look.NothingToCompare nothing) {
            throw new RunFailure(
                    ExitCode.HISTORY_DIFFERS,
                    nothing.why(),
                    "the next migration stores one; to take the schema as it is, run '" + ACCEPT + "'");
        }
        Drift drift = ((Look.Compared) look).drift();
        print(drift);
        if (drift.isEmpty()) {
            return report(RunOutcome.CHECKED, "the schema is as the last migration left it");
        }
        int count = drift.changes().size();
        String some = drift.changes().stream().limit(3).map(Change::toString).collect(Collectors.joining(", "));
        throw new RunFailure(
                ExitCode.HISTORY_DIFFERS,
                count + (count == 1 ? " object differs" : " objects differ") + " from what the last migration left: "
                        + some + (count > 3 ? " and " + (count - 3) + " more" : ""),
                "write the change as a migration, or change it back; if it was meant, run '" + ACCEPT + "'",
                Map.of(
                        "changes",
                        drift.changes().stream().limit(20).map(Change::toString).toList()),
                null);
    }

    private Look see(Connection connection) throws SQLException {
        context.place().read(connection);
        return KeptSnapshot.look(connection, context.table());
    }

    private void print(Drift drift) {
        if (json) {
            var document = new LinkedHashMap<String, Object>();
            document.put("database", context.connector().describe());
            document.put("historyTable", context.table().quoted());
            document.put("changes", drift.changes().stream().map(Change::fields).toList());
            out.println(Json.write(document));
            return;
        }
        for (Change change : drift.changes()) {
            out.println(change);
            change.before().ifPresent(line -> out.println("  - " + line));
            change.after().ifPresent(line -> out.println("  + " + line));
        }
    }

    @Override
    public LockLoop.Look look(Connection connection) throws SQLException {
        if (context.place().read(connection).isEmpty()) {
            throw new RunFailure(
                    ExitCode.HISTORY_DIFFERS,
                    "there is no history " + context.table().quoted() + ", and so nothing to compare with later",
                    "run 'slipway migrate' or 'slipway baseline' first");
        }
        return new LockLoop.Look(Optional.empty(), 0);
    }

    @Override
    public RunReport underLock(Connection connection) throws SQLException {
        ReadOnly.refuse(connection, context.connector().describe());
        KeptSnapshot.accept(connection, context.table());
        return report(RunOutcome.APPLIED, "the schema as it is was stored, for the next 'slipway drift'");
    }

    private RunReport report(RunOutcome outcome, String message) {
        return context.report(ExitCode.OK, outcome, message, "", Optional.empty(), Map.of());
    }
}
