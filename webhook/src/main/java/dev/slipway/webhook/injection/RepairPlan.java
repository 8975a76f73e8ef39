package dev.slipway.webhook.injection;

import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * What must change in a pod that has our init containers already.
 *
 * @param completions of our containers, because the container they take over was changed later
 * @param moves of our containers, to be carried out one after the other
 */
public record RepairPlan(List<Completion> completions, List<Move> moves) {
    /**
     * @param index of our container in the pod's present list of init containers
     * @param field the list that gets the entries: {@code env}, {@code envFrom} or {@code volumeMounts}
     * @param whole whether the entries are the new list, as opposed to additions at its end
     */
    public record Completion(int index, String field, List<JsonNode> entries, boolean whole) {
        public Completion {
            entries = List.copyOf(entries);
        }
    }

    /**
     * @param container the name of ours
     * @param from its index when this move starts
     * @param to its index when this move is done
     */
    public record Move(String container, int from, int to) {}

    public RepairPlan {
        completions = List.copyOf(completions);
        moves = List.copyOf(moves);
    }

    boolean isEmpty() {
        return completions.isEmpty() && moves.isEmpty();
    }
}
