package dev.slipway.migrator.plan;

import dev.slipway.migrator.sql.SqlScript;
import java.util.Set;

/**
 * A script that would run.
 *
 * @param name for people, as in {@code V7__orders.sql}
 * @param isContract whether its header says that no old version of the application is running any more
 * @param commits statements, counted from 0, before which a transaction ends without their text showing it
 */
public record PlannedScript(String name, SqlScript script, boolean isContract, Set<Integer> commits) {
    public PlannedScript {
        commits = Set.copyOf(commits);
    }

    public PlannedScript(String name, SqlScript script) {
        this(name, script, false, Set.of());
    }
}
