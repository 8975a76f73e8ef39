package dev.slipway.bench;

import dev.slipway.bench.measure.Measured;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Everything that was measured, by scenario and contender, in the order of measuring. Not thread-safe. */
final class Results {
    private final Map<Scenario, Map<String, Measured>> starts = new EnumMap<>(Scenario.class);
    private final Map<Scenario, Map<String, CrowdResult>> crowds = new EnumMap<>(Scenario.class);

    void add(Scenario scenario, String contender, Measured measured) {
        starts.computeIfAbsent(scenario, ignored -> new LinkedHashMap<>()).put(contender, measured);
    }

    void add(Scenario scenario, String contender, CrowdResult crowd) {
        crowds.computeIfAbsent(scenario, ignored -> new LinkedHashMap<>()).put(contender, crowd);
    }

    Map<String, Measured> starts(Scenario scenario) {
        return starts.getOrDefault(scenario, Map.of());
    }

    Map<String, CrowdResult> crowds(Scenario scenario) {
        return crowds.getOrDefault(scenario, Map.of());
    }

    Optional<Double> medianMillis(Scenario scenario, String contender) {
        return Optional.ofNullable(starts(scenario).get(contender)).map(Measured::medianMillis);
    }

    Optional<CrowdResult> crowd(Scenario scenario, String contender) {
        return Optional.ofNullable(crowds(scenario).get(contender));
    }
}
