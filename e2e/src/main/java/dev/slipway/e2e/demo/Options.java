package dev.slipway.e2e.demo;

import dev.slipway.contract.Problems;
import java.util.List;
import java.util.Optional;

/**
 * The command line; {@code ./demo} itself answers {@code --help}, because that needs no build.
 *
 * @param keep whether database and webhook stay up at the end, until Ctrl-C
 * @param logs whether every line that a container prints is shown
 */
record Options(boolean keep, boolean logs) {
    private static final List<String> KNOWN = List.of("--keep", "--logs");

    /** Empty if there are problems. */
    static Optional<Options> parse(List<String> arguments, Problems problems) {
        arguments.stream().filter(each -> !KNOWN.contains(each)).forEach(each -> problems.unknown(each, KNOWN));
        return problems.isEmpty()
                ? Optional.of(new Options(arguments.contains("--keep"), arguments.contains("--logs")))
                : Optional.empty();
    }
}
