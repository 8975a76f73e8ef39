package dev.slipway.migrator.preflight;

import dev.slipway.contract.RestorePoint;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.restorepoint.RestorePointFacts;
import dev.slipway.migrator.restorepoint.RestorePointFacts.Obstacle;
import io.vertx.sqlclient.Row;
import java.util.Optional;
import java.util.stream.IntStream;

/** Tells whether the migration will make a restore point first. Its weight is the setting's, as the migration obeys that. */
final class RestorePointCheck implements OneRowCheck {
    static final String NAME = "restore-point";

    private final RestorePoint wanted;

    RestorePointCheck(RestorePoint wanted) {
        this.wanted = wanted;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return wanted == RestorePoint.OFF ? "select 1" : RestorePointFacts.QUESTION;
    }

    @Override
    public Finding judge(Row row) {
        return wanted == RestorePoint.OFF
                ? Finding.skipped(NAME, "switched off")
                : judge(RestorePointFacts.of(IntStream.range(0, RestorePointFacts.COLUMNS)
                        .mapToObj(row::getString)
                        .toList()));
    }

    Finding judge(RestorePointFacts facts) {
        Optional<Obstacle> obstacle = facts.obstacle();
        if (obstacle.isEmpty()) {
            return Finding.pass(
                    NAME,
                    "made before the first pending script"
                            + (facts.archiving() ? "" : "; " + RestorePointFacts.STREAMED_ONLY));
        }
        RunFailure refusal = obstacle.get().refusal();
        return wanted == RestorePoint.REQUIRE
                ? Finding.fail(NAME, refusal.sentence(), refusal.wayOut(), refusal.exitCode())
                : Finding.skipped(NAME, "none is made: " + obstacle.get().sentence());
    }
}
