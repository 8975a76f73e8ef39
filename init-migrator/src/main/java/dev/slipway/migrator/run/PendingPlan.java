package dev.slipway.migrator.run;

import dev.slipway.migrator.flyway.PendingScripts;
import dev.slipway.migrator.flyway.ReadyScript;
import dev.slipway.migrator.flyway.ScriptMode;
import dev.slipway.migrator.plan.PendingScript;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The pending scripts, as a plan reads them. */
final class PendingPlan {
    private PendingPlan() {}

    static List<PendingScript> scripts(PendingScripts pending) {
        return pending.scripts().stream()
                .map(each ->
                        new PendingScript(each.name(), each.sql(), each.file().isContract(), commits(each)))
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
