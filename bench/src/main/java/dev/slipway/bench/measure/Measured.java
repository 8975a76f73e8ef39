package dev.slipway.bench.measure;

import java.util.Arrays;
import java.util.List;

/**
 * What a program cost over several runs.
 *
 * @param wallMillis of each run
 * @param cpuMillis user and system time, the mean of all runs
 * @param peakMib the largest resident memory, with all its processes, of a run that was not timed
 */
public record Measured(List<Double> wallMillis, double cpuMillis, double peakMib) {
    public Measured {
        wallMillis = List.copyOf(wallMillis);
    }

    public double medianMillis() {
        return median(wallMillis);
    }

    static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
