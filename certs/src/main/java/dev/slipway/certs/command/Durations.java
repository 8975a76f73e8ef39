package dev.slipway.certs.command;

import dev.slipway.certs.Validity;
import dev.slipway.contract.Problems;
import dev.slipway.contract.cli.Flag;
import dev.slipway.contract.cli.Invocation;
import java.time.Duration;
import java.util.Optional;

/** The validities that may be given, with their defaults. */
final class Durations {
    /** Hand-made certificates are renewed by hand: four times a year is what people manage. */
    private static final Duration SERVING = Duration.ofDays(90);

    private static final Duration AUTHORITY = Duration.ofDays(5 * 365);

    private Durations() {}

    static Optional<Duration> serving(Invocation.Run<Command> arguments, Problems problems) {
        return read(arguments, Option.VALIDITY, SERVING, problems);
    }

    static Optional<Duration> authority(Invocation.Run<Command> arguments, Problems problems) {
        return read(arguments, Option.CA_VALIDITY, AUTHORITY, problems);
    }

    private static Optional<Duration> read(
            Invocation.Run<Command> arguments, Flag option, Duration otherwise, Problems problems) {
        Optional<String> text = arguments.one(option);
        if (text.isEmpty()) {
            return Optional.of(otherwise);
        }
        Optional<Duration> validity = Validity.parse(text.get());
        if (validity.isEmpty()) {
            problems.badValue(option.name(), text.get(), Validity.EXPECTED);
        }
        return validity;
    }
}
