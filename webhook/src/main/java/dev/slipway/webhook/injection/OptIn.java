package dev.slipway.webhook.injection;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Problems.Problem;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What the metadata of a pod, or of a pod template, says about opting in: the one judge of that question. */
public sealed interface OptIn {
    /** Nothing in it is ours. */
    record Nothing() implements OptIn {}

    /** {@code slipway.dev/migrate: "false"}; whatever else is there has no effect, and is not meant to have one. */
    record Out() implements OptIn {}

    /** {@code slipway.dev/migrate} is there, with a good or a bad value. */
    record In() implements OptIn {}

    /** Something of ours is there that does not opt in. */
    record Mistaken(List<Problem> problems) implements OptIn {
        public Mistaken {
            problems = List.copyOf(problems);
        }
    }

    /** More would be counted only: a pod may carry 256 KiB of such keys. */
    int MOST_PROBLEMS = 20;

    /** @param metadata of a pod or of a template; may be missing */
    static OptIn of(JsonNode metadata) {
        JsonNode annotations = metadata.path("annotations");
        JsonNode labels = metadata.path("labels");
        String migrate = Annotations.MIGRATE.key();
        JsonNode decisive = annotations.has(migrate) ? annotations.path(migrate) : labels.path(migrate);
        if (decisive.asString("").equals("false")) {
            return new Out();
        }
        if (annotations.has(migrate)) {
            return new In();
        }
        var problems = new Problems();
        OurKeys.in(annotations).stream().limit(MOST_PROBLEMS).forEach(key -> problems.add(key, withoutOptIn(key)));
        OurKeys.in(labels).stream().limit(MOST_PROBLEMS).forEach(key -> problems.add(key, asLabel(key)));
        return problems.isEmpty() ? new Nothing() : new Mistaken(problems.list());
    }

    /** Reports labels and misspelt prefixes beside a valid opt-in. A label that repeats its annotation does no harm. */
    static void checkStrays(JsonNode metadata, Problems problems) {
        JsonNode annotations = metadata.path("annotations");
        OurKeys.in(annotations).stream()
                .filter(key -> !key.startsWith(Annotations.PREFIX))
                .limit(MOST_PROBLEMS)
                .forEach(key -> problems.add(key, "is unknown" + OurKeys.suggestion(key)));
        JsonNode labels = metadata.path("labels");
        OurKeys.in(labels).stream()
                .filter(key -> !labels.path(key).equals(annotations.path(key)))
                .limit(MOST_PROBLEMS)
                .forEach(key -> problems.add(key, asLabel(key)));
    }

    private static String withoutOptIn(String key) {
        return OurKeys.isKnown(key)
                ? "has no effect without " + Annotations.MIGRATE.key() + ": \"true\"; add that, or \"false\" to opt out"
                : "is unknown, so these pods do not opt in" + OurKeys.suggestion(key);
    }

    private static String asLabel(String key) {
        String suggestion = OurKeys.isKnown(key) ? "" : OurKeys.suggestion(key);
        return "is a label, which has no effect; make it an annotation of the pod" + suggestion;
    }
}
