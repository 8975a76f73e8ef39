package dev.slipway.webhook.injection;

import dev.slipway.webhook.injection.RepairPlan.Move;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * Where our init containers stand among the others. Others never move.
 *
 * @param position what the pod asks for
 * @param secretInjectors names of init containers that fetch secrets, such as {@code vault-agent-init}
 * @param envFileVolumes volumes that must be filled before ours start
 */
record InitOrder(Position position, Set<String> secretInjectors, Set<String> envFileVolumes) {
    /** Those of the volumes into which the container may write. */
    static Set<String> mayFill(JsonNode container, Set<String> volumes) {
        return volumes.isEmpty()
                ? Set.of()
                : PodTree.elements(container.path("volumeMounts")).stream()
                        .filter(mount -> volumes.contains(PodTree.nameOf(mount))
                                && !mount.path("readOnly").asBoolean(false))
                        .map(PodTree::nameOf)
                        .collect(Collectors.toUnmodifiableSet());
    }

    /** The index, in a list without ours, before which ours go. */
    int indexAmong(List<JsonNode> others) {
        List<String> names = PodTree.namesOf(others);
        if (position instanceof Position.First) {
            return 0;
        }
        if (position instanceof Position.Last) {
            return others.size();
        }
        if (position instanceof Position.Before before && names.contains(before.container())) {
            return names.indexOf(before.container());
        }
        if (position instanceof Position.After after && names.contains(after.container())) {
            return names.indexOf(after.container()) + 1;
        }
        return afterTheLastNeeded(others);
    }

    /**
     * The moves that bring ours to where they belong; none if they stand well enough. Only a violated position moves
     * them: an init container that someone put between, or before, ours does no harm under {@code auto}.
     */
    List<Move> moves(List<JsonNode> initContainers) {
        return stands(initContainers) ? List.of() : movesToTarget(initContainers);
    }

    private boolean stands(List<JsonNode> initContainers) {
        List<Integer> ours = indexesOfOurs(initContainers);
        List<Integer> sorted = ours.stream().sorted().toList();
        return ours.equals(sorted) && positionHolds(initContainers, sorted.get(0), sorted.get(sorted.size() - 1));
    }

    private boolean positionHolds(List<JsonNode> initContainers, int first, int last) {
        List<String> names = PodTree.namesOf(initContainers);
        if (position instanceof Position.First) {
            return onlyOurs(names.subList(0, first));
        }
        if (position instanceof Position.Last) {
            return onlyOurs(names.subList(last, names.size()));
        }
        if (position instanceof Position.Before before && names.contains(before.container())) {
            return last < names.indexOf(before.container());
        }
        if (position instanceof Position.After after && names.contains(after.container())) {
            return first > names.indexOf(after.container());
        }
        return afterTheLastNeeded(initContainers) <= first;
    }

    private static boolean onlyOurs(List<String> names) {
        return OwnContainers.NAMES.containsAll(names);
    }

    private int afterTheLastNeeded(List<JsonNode> containers) {
        return IntStream.range(0, containers.size())
                        .filter(index -> isNeeded(containers.get(index)))
                        .max()
                        .orElse(-1)
                + 1;
    }

    private boolean isNeeded(JsonNode container) {
        String name = PodTree.nameOf(container);
        return PodTree.isNativeSidecar(container)
                || secretInjectors.contains(name)
                // Ours may have the same mount: it was taken over.
                || (!OwnContainers.NAMES.contains(name)
                        && !mayFill(container, envFileVolumes).isEmpty());
    }

    private List<Move> movesToTarget(List<JsonNode> initContainers) {
        List<JsonNode> others = initContainers.stream()
                .filter(container -> !OwnContainers.NAMES.contains(PodTree.nameOf(container)))
                .toList();
        var names = new ArrayList<>(PodTree.namesOf(initContainers));
        int target = indexAmong(others);
        String anchor = target == 0 ? null : PodTree.nameOf(others.get(target - 1));
        var moves = new ArrayList<Move>();
        for (String own : OwnContainers.NAMES) {
            int from = names.indexOf(own);
            if (from >= 0) {
                names.remove(from);
                int to = anchor == null ? 0 : names.indexOf(anchor) + 1;
                names.add(to, own);
                anchor = own;
                if (from != to) {
                    moves.add(new Move(own, from, to));
                }
            }
        }
        return moves;
    }

    private static List<Integer> indexesOfOurs(List<JsonNode> initContainers) {
        List<String> names = PodTree.namesOf(initContainers);
        return OwnContainers.NAMES.stream()
                .map(names::indexOf)
                .filter(index -> index >= 0)
                .toList();
    }
}
