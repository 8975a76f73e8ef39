package dev.slipway.migrator.it;

import dev.slipway.contract.ExitCode;
import java.util.ArrayList;
import java.util.List;

/** Several migrators that run side by side; those that are still running are killed at the end of a test. */
final class Replicas implements AutoCloseable {
    private final Migrator migrator;
    private final List<Replica> started = new ArrayList<>();

    Replicas(Migrator migrator) {
        this.migrator = migrator;
    }

    /** Starts the next one. */
    Replica start() {
        Replica replica = migrator.start("api-" + started.size());
        started.add(replica);
        return replica;
    }

    List<Replica> start(int count) {
        var some = new ArrayList<Replica>();
        for (int each = 0; each < count; each++) {
            some.add(start());
        }
        return some;
    }

    /** Waits for all started replicas, and expects 0 of each. */
    List<Ended> awaitAll() {
        List<Ended> ended = started.stream().map(Replica::awaitEnd).toList();
        ended.forEach(each -> each.expect(ExitCode.OK));
        return ended;
    }

    @Override
    public void close() {
        started.forEach(Replica::close);
    }
}
