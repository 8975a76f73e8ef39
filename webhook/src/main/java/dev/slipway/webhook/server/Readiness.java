package dev.slipway.webhook.server;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Whether this replica should get requests: every check passes and it is not draining. Thread-safe. */
public final class Readiness {
    private record Check(String name, Supplier<Optional<String>> problem) {}

    private final List<Check> checks = new CopyOnWriteArrayList<>();
    private final AtomicBoolean draining = new AtomicBoolean();

    public Readiness() {
        addCheck("draining", () -> draining.get() ? Optional.of("this replica is shutting down") : Optional.empty());
    }

    /** @param problem why this replica is not ready; empty where it is. Called on the event loop: it must not block. */
    public void addCheck(String name, Supplier<Optional<String>> problem) {
        checks.add(new Check(name, problem));
    }

    /** From here on never ready again. */
    public void drain() {
        draining.set(true);
    }

    public boolean isDraining() {
        return draining.get();
    }

    public boolean isReady() {
        return problems().isEmpty();
    }

    /** Name and reason of each check that fails. */
    public Map<String, String> problems() {
        var problems = new LinkedHashMap<String, String>();
        checks.forEach(check -> check.problem().get().ifPresent(problem -> problems.put(check.name(), problem)));
        return problems;
    }
}
