package dev.slipway.certs.command;

import dev.slipway.contract.Problems;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * One of the commands.
 *
 * @param word as it is typed
 * @param options those that it knows
 * @param preparation the command, ready to run; empty if a problem was added
 */
record Command(
        String word, Set<Option> options, BiFunction<Arguments, Problems, Optional<? extends Prepared>> preparation) {
    static final List<Command> ALL = List.of(
            new Command(
                    "create",
                    Set.of(Option.DIR, Option.DNS, Option.IP, Option.VALIDITY, Option.CA_VALIDITY, Option.FORCE),
                    Create::prepare),
            new Command(
                    "renew",
                    Set.of(Option.DIR, Option.DNS, Option.IP, Option.VALIDITY, Option.NEW_CA, Option.CA_VALIDITY),
                    Renew::prepare),
            new Command("inspect", Set.of(), Inspect::prepare),
            new Command("ca-bundle", Set.of(Option.DIR), PrintCaBundle::prepare));

    /** A command whose arguments are in order. */
    @FunctionalInterface
    interface Prepared {
        ExitStatus run(Console console);
    }

    static Optional<Command> named(String word) {
        return ALL.stream().filter(each -> each.word.equals(word)).findFirst();
    }
}
