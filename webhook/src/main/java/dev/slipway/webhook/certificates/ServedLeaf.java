package dev.slipway.webhook.certificates;

import dev.slipway.certs.Renewal;
import dev.slipway.certs.ServingCertificate;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * What this replica serves.
 *
 * @param renewAt two thirds into its life or, as every replica draws its own moment, a little earlier
 * @param settled whether its CA has been trusted for so long that every API server must have noticed
 */
record ServedLeaf(ServingCertificate leaf, Instant renewAt, boolean settled) {
    static ServedLeaf of(ServingCertificate leaf, boolean settled, RandomGenerator random) {
        return new ServedLeaf(leaf, Renewal.dueAt(leaf.certificate(), random), settled);
    }

    ServedLeaf whenSettled() {
        return new ServedLeaf(leaf, renewAt, true);
    }

    /** Half way between the renewal, which must have failed all the time then, and the end. */
    Instant lastResortAt() {
        return renewAt.plus(Duration.between(renewAt, leaf.notAfter()).dividedBy(2));
    }
}
