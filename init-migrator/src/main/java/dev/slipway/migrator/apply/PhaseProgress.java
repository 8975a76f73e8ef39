package dev.slipway.migrator.apply;

import dev.slipway.migrator.report.TimeText;
import java.time.Duration;
import java.util.Optional;

/**
 * How far a statement is, as PostgreSQL's progress views say it: they know of one phase at a time, so that neither the
 * per cent nor the time left is of the whole statement.
 *
 * @param relation the oid of the table, 0 if the view does not tell it
 * @param total 0 if this phase is not counted
 * @param nanos when it was looked at
 */
record PhaseProgress(String phase, long relation, long done, long total, long nanos) {
    /** Below this, how fast it goes cannot be told. */
    private static final long SHORTEST_NANOS = 1_000_000_000;

    boolean isSamePhaseAs(PhaseProgress other) {
        return phase.equals(other.phase) && relation == other.relation && total == other.total && done >= other.done;
    }

    /** Empty if this phase is not counted. */
    Optional<Integer> percent() {
        // Tables may grow under a scan.
        return total <= 0 ? Optional.empty() : Optional.of((int) (100.0 * Math.min(done, total) / total));
    }

    /**
     * The time left in this phase, if it goes on as fast as since an earlier look at the same phase; empty if that cannot
     * be told.
     */
    Optional<Duration> left(PhaseProgress earlier) {
        long passed = nanos - earlier.nanos;
        long step = done - earlier.done;
        if (total <= 0 || step <= 0 || passed < SHORTEST_NANOS) {
            return Optional.empty();
        }
        var left = Duration.ofSeconds(Math.round(1e-9 * passed * Math.max(0, total - done) / step));
        return Optional.of(left).filter(each -> !each.isZero());
    }

    /** For people, as in "building index: scanning table 43 %, about 16s left in this phase". */
    String describe(Optional<Duration> left) {
        return phase
                + percent().map(each -> " " + each + " %").orElse("")
                + left.map(each -> ", about " + TimeText.of(each) + " left in this phase")
                        .orElse("");
    }
}
