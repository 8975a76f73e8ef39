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
 */
record Options(Path root, int runs, List<String> scenarios, List<String> contenders, boolean trust) {
    static final String USAGE = """
            bench/run [--runs N] [--scenarios NAME,…] [--contenders PART,…] [--auth METHOD]

              --runs N             runs of each program in each scenario (7)
              --scenarios NAME,…   of: noop-20 noop-1000 apply-20 apply-1000 crowd crowd-slots crowd-slots-noop (all)
              --contenders PART,…  only programs whose name contains one of these; psql is always there (all)
              --auth METHOD        scram-sha-256, or trust: the server asks for no password (scram-sha-256)
            """;

    private static final int DEFAULT_RUNS = 7;

    /** Empty if the arguments cannot be understood. */
    static Optional<Options> parse(Path root, String[] args) {
        var options = new Options(root, DEFAULT_RUNS, List.of(), List.of(), false);
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
                value.matches("[1-9]\\d{0,3}")
                        ? Optional.of(new Options(root, Integer.parseInt(value), scenarios, contenders, trust))
                        : Optional.empty();
            case "--scenarios" -> Optional.of(new Options(root, runs, words(value), contenders, trust));
            case "--contenders" -> Optional.of(new Options(root, runs, scenarios, words(value), trust));
            case "--auth" ->
                value.equals("trust") || value.equals("scram-sha-256")
                        ? Optional.of(new Options(root, runs, scenarios, contenders, value.equals("trust")))
                        : Optional.empty();
            default -> Optional.empty();
        };
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
