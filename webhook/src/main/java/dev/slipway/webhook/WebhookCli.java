package dev.slipway.webhook;

import dev.slipway.contract.cli.Cli;
import dev.slipway.contract.cli.HelpPage;
import dev.slipway.webhook.config.ConfigKey;
import java.util.List;
import java.util.Optional;

/** The commands of {@code slipway-webhook}. */
final class WebhookCli implements Cli<Command> {
    @Override
    public String name() {
        return "slipway-webhook";
    }

    @Override
    public List<Command> verbs() {
        return List.of(Command.values());
    }

    @Override
    public Optional<Command> verbOfNothing() {
        return Optional.of(Command.SERVE);
    }

    @Override
    public String overview() {
        var help = new HelpPage(width());
        help.line("Injects the migrator's init containers into pods that opt in.");
        help.line("");
        help.line("Usage: slipway-webhook [COMMAND] [FLAGS]; without a command it serves");
        help.line("       slipway-webhook COMMAND --help");
        help.verbs(allVerbs());
        help.line("");
        help.line("Variables (every one may be left out)");
        for (ConfigKey<?> key : ConfigKey.all()) {
            help.line("  " + key.env());
            help.entry("", 6, key.help() + (key.defaultText().isEmpty() ? "" : " (" + key.defaultText() + ')'));
        }
        return help.toString();
    }
}
