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
 */
record Options(Path root, int runs, List<String> scenarios, List<String> contenders) {
    static final String USAGE = """
            bench/run [--runs N] [--scenarios NAME,…] [--contenders PART,…]

              --runs N             runs of each program in each scenario (7)
              --scenarios NAME,…   of: noop-20 noop-1000 apply-20 apply-1000 crowd crowd-slots crowd-slots-noop (all)
              --contenders PART,…  only programs whose name contains one of these; psql is always there (all)
            """;

    private static final int DEFAULT_RUNS = 7;

    /** Empty if the arguments cannot be understood. */
    static Optional<Options> parse(Path root, String[] args) {
        var options = new Options(root, DEFAULT_RUNS, List.of(), List.of());
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
                        ? Optional.of(new Options(root, Integer.parseInt(value), scenarios, contenders))
                        : Optional.empty();
            case "--scenarios" -> Optional.of(new Options(root, runs, words(value), contenders));
            case "--contenders" -> Optional.of(new Options(root, runs, scenarios, words(value)));
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
