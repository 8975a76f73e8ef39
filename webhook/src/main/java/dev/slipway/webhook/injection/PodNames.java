package dev.slipway.webhook.injection;

import dev.slipway.contract.FieldKind;
import dev.slipway.contract.Problems;
import dev.slipway.contract.Suggestion;
import java.util.List;

/** Words a problem about a name that the pod does not have. */
final class PodNames {
    private PodNames() {}

    /** @param kind as in "names volume 'sqls', which the pod does not have" */
    static void unknown(String where, String kind, String name, List<String> known, Problems problems) {
        String wayOut = Suggestion.closest(name, known)
                .map(closest -> "; did you mean " + closest + "?")
                .orElseGet(() -> known.isEmpty() ? "; it has none" : "; it has " + String.join(", ", shown(known)));
        problems.add(
                where, "names " + kind + " " + FieldKind.NAME.show(name) + ", which the pod does not have" + wayOut);
    }

    private static List<String> shown(List<String> known) {
        int most = 10;
        return known.size() <= most ? known : known.subList(0, most);
    }
}
