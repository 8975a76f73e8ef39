package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import java.util.LinkedHashMap;
import java.util.Map;

/** Replicas under a kubelet: a killed one is restarted under the same name. */
final class Pods implements AutoCloseable {
    private final Migrator migrator;
    private final Map<String, Replica> replicas = new LinkedHashMap<>();

    Pods(Migrator migrator, int count) {
        this.migrator = migrator;
        for (int number = 0; number < count; number++) {
            start("api-" + number);
        }
    }

    boolean anyRuns() {
        return replicas.values().stream().anyMatch(replica -> replica.process().isAlive());
    }

    /** Returns when the process is gone. */
    void kill(String applicationName) {
        replica(applicationName).close();
    }

    void startAgain(String applicationName) {
        start(replica(applicationName).pod());
    }

    /** Expects 0 of every process that was not killed. */
    void awaitAll(String name) {
        for (Replica replica : replicas.values()) {
            Ended ended = replica.awaitEnd();
            assertThat(ended.exitCode()).as("%s%n%s", name, ended.output()).isEqualTo(ExitCode.OK.code());
        }
    }

    private void start(String pod) {
        replicas.put(pod, migrator.start(pod));
    }

    private Replica replica(String applicationName) {
        return replicas.values().stream()
                .filter(replica -> replica.applicationName().equals(applicationName))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        replicas.values().forEach(Replica::close);
    }
}
