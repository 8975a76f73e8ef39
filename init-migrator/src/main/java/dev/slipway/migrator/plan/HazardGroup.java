package dev.slipway.migrator.plan;

import dev.slipway.migrator.effects.Rule;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The hazards of one rule in a whole plan. */
public record HazardGroup(Rule rule, List<Place> places) {
    /** How many places are named; the others are only counted. */
    private static final int NAMED = 3;

    /** A place in a script, and what its statement does there. */
    public record Place(String script, int line, String what) {
        /** "V7__orders.sql, line 3". */
        String where() {
            return script + ", line " + line;
        }
    }

    public HazardGroup {
        places = List.copyOf(places);
    }

    /** In the order of the rules. */
    public static List<HazardGroup> of(MigrationPlan plan) {
        Map<Rule, List<Place>> places = new EnumMap<>(Rule.class);
        for (ScriptPlan script : plan.scripts()) {
            for (Hazard hazard : script.hazards()) {
                places.computeIfAbsent(hazard.rule(), rule -> new ArrayList<>())
                        .add(new Place(script.name(), hazard.line(), hazard.what()));
            }
        }
        return places.entrySet().stream()
                .map(each -> new HazardGroup(each.getKey(), each.getValue()))
                .toList();
    }

    /** The first places with what happens there, then how many more there are. */
    @Override
    public String toString() {
        String named = places.stream()
                .limit(NAMED)
                .map(place -> place.where() + ": " + place.what())
                .collect(Collectors.joining("; "));
        return named + more() + " (" + rule.ruleName() + ")";
    }

    /** The first places alone. */
    String where() {
        return places.stream().limit(NAMED).map(Place::where).collect(Collectors.joining("; ")) + more();
    }

    private String more() {
        int more = places.size() - NAMED;
        return more > 0 ? "; and " + more + " more" : "";
    }
}
