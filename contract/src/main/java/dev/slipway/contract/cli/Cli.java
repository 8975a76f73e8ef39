package dev.slipway.contract.cli;

import dev.slipway.contract.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The table of a program's commands and flags, from which command line, help and shell completion are made. */
public interface Cli<V extends Verb> {
    /** Of the program, as a person types it. */
    String name();

    List<V> verbs();

    /** Those that every command accepts, before and after the command. */
    default List<Flag> sharedFlags() {
        return List.of();
    }

    /** The one of them that is typed like this; null if there is none. To look one up must not cost a start all of them. */
    default @Nullable Flag sharedFlag(String typed) {
        for (Flag each : sharedFlags()) {
            if (each.isTyped(typed)) {
                return each;
            }
        }
        return null;
    }

    /** Flags that other programs have and this one refuses, each with the reason. */
    default Map<String, String> refusedFlags() {
        return Map.of();
    }

    /** The command that an empty command line means. */
    default Optional<V> verbOfNothing() {
        return Optional.empty();
    }

    /** Columns of the terminal on which help is shown. */
    default int width() {
        return 80;
    }

    /** The help of the whole program; ends with a line feed. */
    String overview();

    /** The help of one command; ends with a line feed. */
    default String help(Verb verb) {
        var page = new HelpPage(width());
        page.line(name() + " " + verb.word() + ": " + verb.help() + '.');
        page.line("");
        page.line("Usage: " + name() + " " + verb.word() + (verb.operand().isEmpty() ? "" : " ") + verb.operand()
                + (verb.flags().isEmpty() && verb.sharedFlags().isEmpty() ? "" : " [FLAGS]"));
        page.flags("Flags of this command", verb.flags());
        page.flags("Flags, each also a variable; a flag wins over its variable", verb.sharedFlags());
        if (!verb.more().isEmpty()) {
            page.line("");
            verb.more().lines().forEach(page::line);
        }
        return page.toString();
    }

    default String version() {
        return name() + " " + Version.of(getClass()) + '\n';
    }

    /** All commands, with the one that every program has. */
    default List<Verb> allVerbs() {
        var all = new ArrayList<Verb>(verbs());
        all.add(Completion.VERB);
        return all;
    }
}
