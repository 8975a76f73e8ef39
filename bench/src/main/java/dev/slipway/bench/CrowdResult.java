package dev.slipway.bench;

/**
 * How many processes at once fared.
 *
 * @param succeeded how many ended with 0
 * @param seconds until the last one ended
 * @param cpuSeconds of all of them
 * @param peakConnections to the database, at the same moment
 * @param state of the database afterwards
 */
record CrowdResult(int succeeded, double seconds, double cpuSeconds, int peakConnections, String state) {}
