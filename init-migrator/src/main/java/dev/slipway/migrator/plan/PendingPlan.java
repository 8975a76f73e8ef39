package dev.slipway.migrator.plan;

import dev.slipway.migrator.apply.PendingScripts;
import dev.slipway.migrator.apply.ReadyScript;
import dev.slipway.migrator.apply.ScriptMode;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The pending scripts, as a plan reads them. */
public final class PendingPlan {
    private PendingPlan() {}

    public static List<PlannedScript> scripts(PendingScripts pending) {
        return pending.scripts().stream()
                .map(each ->
                        new PlannedScript(each.name(), each.sql(), each.file().isContract(), commits(each)))
                .toList();
    }

    private static Set<Integer> commits(ReadyScript script) {
        if (script.mode() instanceof ScriptMode.Mixed mixed) {
            return mixed.cuts();
        }
        int eachByItself = script.mode() instanceof ScriptMode.Standalone
                ? script.sql().statements().size()
                : 0;
        return IntStream.range(0, eachByItself).boxed().collect(Collectors.toSet());
    }
}
