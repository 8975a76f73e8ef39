package dev.slipway.migrator.run;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Problems;
import dev.slipway.migrator.files.Layout;
import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.history.Comparison;
import dev.slipway.migrator.plan.MigrationPlan;
import dev.slipway.migrator.plan.PendingScript;
import dev.slipway.migrator.report.RunFailure;
import dev.slipway.migrator.sql.SqlSyntaxException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** Reads the pending scripts and says what they would do. */
final class PendingPlan {
    private PendingPlan() {}

    /** @throws RunFailure with everything that keeps a script from being read */
    static MigrationPlan of(Comparison comparison, Layout layout, String schema) {
        var problems = new Problems();
        List<PendingScript> scripts = new ArrayList<>();
        for (MigrationFile file : comparison.pending()) {
            try {
                scripts.add(new PendingScript(file.script(), layout.parse(Files.readString(file.path()))));
            } catch (SqlSyntaxException malformed) {
                malformed.problems().forEach(each -> problems.add(file.script(), each.toString()));
            } catch (IOException unreadable) {
                problems.add(file.script(), "cannot be read: " + unreadable.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw new RunFailure(
                    ExitCode.USAGE,
                    problems.describe("the pending migrations"),
                    "correct the scripts; nothing has been run");
        }
        return MigrationPlan.of(scripts, schema);
    }
}
