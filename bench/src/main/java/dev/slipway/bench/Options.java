package dev.slipway.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What to measure.
 *
 * @param root of the repository
 * @param runs of each program in each start-up scenario; an odd number has a median that was measured
 * @param scenarios names of scenarios; empty for all
 * @param contenders parts of the names of contenders; empty for all
 * @param trust whether the server asks for no password; a peer's figures may have been measured so
 * @param roundTrip milliseconds that a message and its answer are on their way; 0 for the loopback interface as it is
 * @param disk milliseconds that the server's log takes to reach its disk; 0 for a server that does not wait for it
 */
record Options(
        Path root, int runs, List<String> scenarios, List<String> contenders, boolean trust, int roundTrip, int disk) {
    static final String USAGE = """
            bench/run [--runs N] [--scenarios NAME,…] [--contenders PART,…] [--auth METHOD]
                      [--round-trip MILLIS] [--disk MILLIS]

              --runs N             runs of each program in each scenario (7)
              --scenarios NAME,…   of: noop-20 noop-1000 apply-20 apply-190 apply-1000 crowd crowd-slots crowd-slots-noop (all)
              --contenders PART,…  only programs whose name contains one of these; psql is always there (all)
              --auth METHOD        scram-sha-256, or trust: the server asks for no password (scram-sha-256)
              --round-trip MILLIS  a network between client and server, in scenarios with one client at a time (none)
              --disk MILLIS        each commit waits for a disk that takes at least so long (no commit waits)
            """;

    private static final int DEFAULT_RUNS = 7;

    /** The most that the server takes. */
    private static final int LONGEST_DELAY = 100;

    /** Empty if the arguments cannot be understood. */
    static Optional<Options> parse(Path root, String[] args) {
        var options = new Options(root, DEFAULT_RUNS, List.of(), List.of(), false, 0, 0);
        if (args.length % 2 != 0) {
            return Optional.empty();
        }
        for (int index = 0; index < args.length; index += 2) {
            Optional<Options> next = options.with(args[index], args[index + 1]);
            if (next.isEmpty()) {
                return next;
            }
            options = next.get();
        }
        return Optional.of(options);
    }

    private Optional<Options> with(String name, String value) {
        return switch (name) {
            case "--runs" ->
                number(value)
                        .filter(runs -> runs > 0)
                        .map(runs -> new Options(root, runs, scenarios, contenders, trust, roundTrip, disk));
            case "--scenarios" ->
                Optional.of(new Options(root, runs, words(value), contenders, trust, roundTrip, disk));
            case "--contenders" ->
                Optional.of(new Options(root, runs, scenarios, words(value), trust, roundTrip, disk));
            case "--auth" ->
                Optional.of(value)
                        .filter(method -> method.equals("trust") || method.equals("scram-sha-256"))
                        .map(method -> new Options(
                                root, runs, scenarios, contenders, method.equals("trust"), roundTrip, disk));
            case "--round-trip" ->
                number(value).map(millis -> new Options(root, runs, scenarios, contenders, trust, millis, disk));
            case "--disk" ->
                number(value)
                        .filter(millis -> millis <= LONGEST_DELAY)
                        .map(millis -> new Options(root, runs, scenarios, contenders, trust, roundTrip, millis));
            default -> Optional.empty();
        };
    }

    private static Optional<Integer> number(String value) {
        return value.matches("\\d{1,4}") ? Optional.of(Integer.parseInt(value)) : Optional.empty();
    }

    boolean wants(Scenario scenario) {
        return scenarios.isEmpty() || scenarios.contains(scenario.scenarioName());
    }

    boolean wantsContender(String name) {
        return contenders.isEmpty()
                || name.startsWith("psql")
                || contenders.stream().anyMatch(name::contains);
    }

    private static List<String> words(String value) {
        return Arrays.asList(value.split(",", -1));
    }
}
