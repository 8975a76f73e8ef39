package dev.slipway.certs.command;

import dev.slipway.contract.Problems;
import dev.slipway.contract.cli.Flag;
import dev.slipway.contract.cli.Invocation;
import dev.slipway.contract.cli.Verb;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * One of the commands.
 *
 * @param preparation the command, ready to run; empty if a problem was added
 */
record Command(
        String word,
        String help,
        String operand,
        List<Flag> flags,
        BiFunction<Invocation.Run<Command>, Problems, Optional<? extends Prepared>> preparation)
        implements Verb {
    static final List<Command> ALL = List.of(
            new Command(
                    "create",
                    "write ca.crt, ca.key, tls.crt and tls.key; refuses to replace files without --force",
                    "",
                    List.of(Option.DIR, Option.DNS, Option.IP, Option.VALIDITY, Option.CA_VALIDITY, Option.FORCE),
                    Create::prepare),
            new Command(
                    "renew",
                    "sign a new tls.crt and tls.key with the CA that is there, or make the next CA",
                    "",
                    List.of(Option.DIR, Option.DNS, Option.IP, Option.VALIDITY, Option.NEW_CA, Option.CA_VALIDITY),
                    Renew::prepare),
            new Command(
                    "inspect",
                    "show subject, names, validity, days left, and whether chain and keys fit together",
                    "FILE…",
                    List.of(),
                    Inspect::prepare),
            new Command(
                    "ca-bundle",
                    "print the CA certificates as one line of Base64, for caBundle of a webhook configuration",
                    "[FILE…]",
                    List.of(Option.DIR),
                    PrintCaBundle::prepare));

    /** A command whose arguments are in order. */
    @FunctionalInterface
    interface Prepared {
        ExitStatus run(Console console);
    }
}
