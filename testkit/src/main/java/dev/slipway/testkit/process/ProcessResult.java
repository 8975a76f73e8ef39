package dev.slipway.testkit.process;

import java.time.Duration;
import java.util.List;

/**
 * How a process ended.
 *
 * @param exitCode 128 + signal if a signal ended it, as shells and the kubelet report it
 * @param output both streams in the order of arrival
 * @param duration from start to end
 */
public record ProcessResult(int exitCode, List<OutputLine> output, Duration duration) {
    public ProcessResult {
        output = List.copyOf(output);
    }

    /** The lines of standard output. */
    public List<String> stdout() {
        return lines(OutputLine.Stream.STDOUT);
    }

    /** The lines of standard error. */
    public List<String> stderr() {
        return lines(OutputLine.Stream.STDERR);
    }

    /** All that was printed to both streams, as one text. */
    public String text() {
        return String.join("\n", output.stream().map(OutputLine::text).toList());
    }

    private List<String> lines(OutputLine.Stream stream) {
        return output.stream()
                .filter(line -> line.stream() == stream)
                .map(OutputLine::text)
                .toList();
    }

    @Override
    public String toString() {
        return "exit " + exitCode + " after " + duration.toMillis() + " ms\n" + text();
    }
}
