package dev.slipway.testkit.process;

import java.time.Duration;

/**
 * One line that a process printed.
 *
 * @param at since the start of the process
 * @param text without the line's end
 */
public record OutputLine(Duration at, Stream stream, String text) {
    /** Where a process prints to. */
    public enum Stream {
        STDOUT,
        STDERR
    }
}
