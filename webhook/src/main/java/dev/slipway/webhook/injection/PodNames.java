package dev.slipway.webhook.injection;

import dev.slipway.contract.FieldKind;
import dev.slipway.contract.Problems;
import dev.slipway.contract.Suggestion;
import java.util.List;
import java.util.stream.Stream;

/** Formulates a problem about a name that the pod does not have. */
final class PodNames {
    /** Of a name that Kubernetes accepts; a pod that it would refuse comes to us first. */
    private static final int LONGEST_NAME = 63;

    private PodNames() {}

    /** @param kind as in "names volume 'sqls', which the pod does not have" */
    static void unknown(String where, String kind, String name, List<String> known, Problems problems) {
        String wayOut = Suggestion.closest(name, known)
                .map(closest -> "; did you mean " + shortened(closest) + "?")
                .orElseGet(() -> known.isEmpty() ? "; it has none" : "; it has " + String.join(", ", shown(known)));
        problems.add(
                where, "names " + kind + " " + FieldKind.NAME.show(name) + ", which the pod does not have" + wayOut);
    }

    /** The first ten, and how many there are beside them. */
    static List<String> shown(List<String> known) {
        int most = 10;
        List<String> shown = known.stream().limit(most).map(PodNames::shortened).toList();
        return known.size() <= most
                ? shown
                : Stream.concat(shown.stream(), Stream.of("and " + (known.size() - most) + " more"))
                        .toList();
    }

    /** The name, or its beginning. */
    static String shortened(String name) {
        return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "…";
    }
}
