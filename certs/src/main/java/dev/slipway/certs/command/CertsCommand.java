package dev.slipway.certs.command;

import dev.slipway.contract.Problems;
import dev.slipway.contract.cli.Arguments;
import dev.slipway.contract.cli.Cli;
import dev.slipway.contract.cli.HelpPage;
import dev.slipway.contract.cli.Invocation;
import java.util.List;
import java.util.Optional;

/** Picks the command and reports what is wrong with the command line. */
final class CertsCommand implements Cli<Command> {
    static ExitStatus run(List<String> words, Console console) {
        var cli = new CertsCommand();
        var problems = new Problems();
        Invocation<Command> invocation = Arguments.parse(cli, words.toArray(new String[0]), problems);
        if (invocation instanceof Invocation.Answer<Command> answer) {
            console.out().print(answer.text());
            return ExitStatus.OK;
        }
        if (invocation instanceof Invocation.Run<Command> run) {
            Optional<? extends Command.Prepared> prepared =
                    run.verb().preparation().apply(run, problems);
            if (prepared.isPresent() && problems.isEmpty()) {
                return prepared.get().run(console);
            }
        }
        if (problems.isEmpty()) {
            console.err().print(cli.overview());
        } else {
            console.err().println(problems.describe("the command line"));
            console.err().println("slipway-certs --help shows the commands and options");
        }
        return ExitStatus.USAGE;
    }

    @Override
    public String name() {
        return "slipway-certs";
    }

    @Override
    public List<Command> verbs() {
        return Command.ALL;
    }

    @Override
    public String overview() {
        var help = new HelpPage(width());
        help.line("slipway-certs: a CA and serving certificates for a webhook, as PEM files");
        help.line("");
        help.line("Usage: slipway-certs COMMAND [FLAGS]");
        help.verbs(allVerbs());
        for (Command each : Command.ALL) {
            help.flags("Flags of " + each.word(), each.flags());
        }
        help.line("");
        help.line("Keys are ECDSA P-256 in PKCS#8, mode 0600.");
        help.line(
                "Exit codes: 0 done; 1 files are not as they should be, or can't be written; 2 the command line is wrong.");
        return help.toString();
    }
}
