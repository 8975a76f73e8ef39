package dev.slipway.migrator.cli;

import dev.slipway.contract.Settings;
import java.util.Map;
import java.util.Optional;

/** What a command line asks for. */
public sealed interface Invocation {
    /** @param command empty for help about the whole program */
    record Help(Optional<Command> command) implements Invocation {}

    record Version() implements Invocation {}

    /**
     * Nothing can run. If no problem was reported, no command was given: show the help on standard error and end with
     * exit code 2.
     */
    record Misuse() implements Invocation {}

    /**
     * @param operand the operand of a command that takes one, such as the description of a new migration; empty text
     * for all others
     * @param settings flags over environment over defaults; incomplete if problems were reported, and then they must
     * not be used
     * @param options each with its value, or with an empty text if it takes no value
     */
    record Run(Command command, String operand, Settings settings, Map<Option, String> options) implements Invocation {}
}
