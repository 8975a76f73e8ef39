package dev.slipway.certs.command;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Version;
import java.util.List;
import java.util.Optional;

/** Picks the command and reports what is wrong with the command line. */
final class CertsCommand {
    private CertsCommand() {}

    static ExitStatus run(List<String> words, Console console) {
        if (words.isEmpty()) {
            console.err().print(Help.TEXT);
            return ExitStatus.USAGE;
        }
        if (words.contains("--help") || words.get(0).equals("help")) {
            console.out().print(Help.TEXT);
            return ExitStatus.OK;
        }
        if (words.contains("--version")) {
            console.out().println("slipway-certs " + Version.of(CertsCommand.class));
            return ExitStatus.OK;
        }
        return runNamed(words.get(0), words.subList(1, words.size()), console);
    }

    private static ExitStatus runNamed(String name, List<String> words, Console console) {
        var problems = new Problems();
        Optional<Command> command = Command.named(name);
        if (command.isEmpty()) {
            problems.unknown(name, Command.ALL.stream().map(Command::word).toList());
            return usage(problems, console);
        }
        Arguments arguments = Arguments.parse(words, command.get().options(), problems);
        Optional<? extends Command.Prepared> prepared =
                command.get().preparation().apply(arguments, problems);
        return prepared.isPresent() && problems.isEmpty() ? prepared.get().run(console) : usage(problems, console);
    }

    private static ExitStatus usage(Problems problems, Console console) {
        console.err().println(problems.describe("the command line"));
        console.err().println("slipway-certs --help shows the commands and options");
        return ExitStatus.USAGE;
    }
}
