package dev.slipway.webhook.injection;

import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Brings what our containers took over from another container up to date, after a webhook changed that one. Values and
 * order count, because {@code $(NAME)} refers to what stands before it. What others added to ours stays.
 */
final class DatabaseAccessRefresh {
    private DatabaseAccessRefresh() {}

    static List<RepairPlan.Completion> of(PodTree pod, MigratorContainers ours, AnnotationValues values) {
        DatabaseAccess source = ours.takenOver();
        var completions = new ArrayList<RepairPlan.Completion>();
        if (values.get(Annotations.DATABASE_FROM).isEmpty()) {
            return completions;
        }
        List<JsonNode> initContainers = pod.initContainers();
        for (int index = 0; index < initContainers.size(); index++) {
            JsonNode container = initContainers.get(index);
            String name = PodTree.nameOf(container);
            if (name.equals(OwnContainers.PREFLIGHT) || name.equals(OwnContainers.MIGRATE)) {
                add(
                        completions,
                        index,
                        container,
                        "env",
                        wantedEnv(ours, container),
                        PodTree::nameOf,
                        entry -> namesDatabase(entry, values));
                add(completions, index, container, "envFrom", source.envFrom(), JsonNode::toString, entry -> true);
                add(
                        completions,
                        index,
                        container,
                        "volumeMounts",
                        source.volumeMounts(),
                        mount -> mount.path("mountPath").asString(""),
                        entry -> false);
            }
        }
        return completions;
    }

    /** The list of settings that count was written when the pod was injected, and stays. */
    private static List<JsonNode> wantedEnv(MigratorContainers ours, JsonNode container) {
        List<JsonNode> present = PodTree.elements(container.path("env"));
        Optional<JsonNode> names = present.stream()
                .filter(variable -> PodTree.nameOf(variable).equals(Settings.NAMES_VARIABLE))
                .findFirst();
        return ours.takenOverEnv(present).stream()
                .map(variable ->
                        PodTree.nameOf(variable).equals(Settings.NAMES_VARIABLE) ? names.orElse(variable) : variable)
                .toList();
    }

    /** The first variable of a container that names a database, for a message; its value is not shown. */
    static Optional<String> databaseVariable(JsonNode container, AnnotationValues values) {
        return PodTree.elements(container.path("env")).stream()
                .filter(variable -> namesDatabase(variable, values))
                .map(variable -> "the variable " + PodTree.nameOf(variable))
                .findFirst()
                .or(() -> container.path("envFrom").isEmpty() ? Optional.empty() : Optional.of("envFrom"));
    }

    private static boolean namesDatabase(JsonNode variable, AnnotationValues values) {
        String name = PodTree.nameOf(variable);
        return name.startsWith("PG")
                || name.equals("DIRECT_URL")
                || name.equals(Setting.DATABASE_URL_KEY.defaultText())
                || values.get(Annotations.DATABASE_URL_KEY).filter(name::equals).isPresent();
    }

    /**
     * @param key what two versions of the same entry have in common
     * @param stale an entry that the other container does not have and that must not stay in ours then
     */
    private static void add(
            List<RepairPlan.Completion> completions,
            int index,
            JsonNode container,
            String field,
            List<JsonNode> wanted,
            Function<JsonNode, String> key,
            Predicate<JsonNode> stale) {
        List<JsonNode> present = PodTree.elements(container.path(field));
        Set<String> wantedKeys = wanted.stream().map(key).collect(Collectors.toSet());
        Predicate<JsonNode> isTaken = entry -> wantedKeys.contains(key.apply(entry));
        Predicate<JsonNode> isKept = isTaken.or(stale).negate();
        List<JsonNode> taken = present.stream().filter(isTaken).toList();
        boolean inOrder = taken.size() <= wanted.size() && taken.equals(wanted.subList(0, taken.size()));
        if (inOrder && present.stream().allMatch(isTaken.or(isKept))) {
            List<JsonNode> missing = wanted.subList(taken.size(), wanted.size());
            if (!missing.isEmpty()) {
                completions.add(new RepairPlan.Completion(index, field, missing, false));
            }
            return;
        }
        // Others' entries stay where they stood: before or behind what was taken over.
        int first = taken.isEmpty() ? 0 : present.indexOf(taken.get(0));
        var all = new ArrayList<JsonNode>();
        present.subList(0, first).stream().filter(isKept).forEach(all::add);
        all.addAll(wanted);
        present.subList(first, present.size()).stream().filter(isKept).forEach(all::add);
        completions.add(new RepairPlan.Completion(index, field, all, true));
    }
}
