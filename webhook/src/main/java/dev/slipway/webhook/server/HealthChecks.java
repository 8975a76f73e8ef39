package dev.slipway.webhook.server;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Named questions, each of which has an answer for a person if something is wrong. Thread-safe. */
public class HealthChecks {
    private record Check(String name, Supplier<Optional<String>> problem) {}

    private final List<Check> checks = new CopyOnWriteArrayList<>();

    /** @param problem what is wrong; empty if nothing is. Called by the event loop of the probes: it must not block. */
    public final void addCheck(String name, Supplier<Optional<String>> problem) {
        checks.add(new Check(name, problem));
    }

    /** Name and reason of each check that fails. */
    public final Map<String, String> problems() {
        var problems = new LinkedHashMap<String, String>();
        checks.forEach(check -> check.problem().get().ifPresent(problem -> problems.put(check.name(), problem)));
        return problems;
    }
}
