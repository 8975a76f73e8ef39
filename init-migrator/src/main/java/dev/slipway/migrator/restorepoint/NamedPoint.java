package dev.slipway.migrator.restorepoint;

/**
 * A restore point that was made.
 *
 * @param name for {@code recovery_target_name}
 * @param lsn its place in the write-ahead log
 */
public record NamedPoint(String name, String lsn) {
    /** As in {@code slipway_before_7_20261201T061500123Z_4711 at 0/3000110}. */
    @Override
    public String toString() {
        return name + " at " + lsn;
    }
}
