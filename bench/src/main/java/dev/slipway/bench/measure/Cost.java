package dev.slipway.bench.measure;

/**
 * What one process cost.
 *
 * @param wallMillis from its start to its end
 * @param exitCode 0 if it did what it should
 * @param output the end of what it printed, for the case that it did not
 */
public record Cost(double wallMillis, int exitCode, String output) {
    public boolean succeeded() {
        return exitCode == 0;
    }
}
