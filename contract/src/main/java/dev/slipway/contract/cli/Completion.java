package dev.slipway.contract.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes the script with which a shell completes commands and flags of a program. */
enum Completion {
    BASH("""
            _FUNCTION() {
              local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} verb= word words
              for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
                case $word in VERBS) verb=$word; break ;; esac
              done
              case $before in
            CHOICES    *) case $verb in
            FLAGS    esac ;;
              esac
              COMPREPLY=($(compgen -W "$words" -- "$current"))
            }
            complete -o default -F _FUNCTION PROGRAM
            """),
    ZSH("""
            #compdef PROGRAM
            _FUNCTION() {
              local before=${words[CURRENT-1]} verb= word choices
              for word in "${words[@]:1:$((CURRENT-2))}"; do
                case $word in VERBS) verb=$word; break ;; esac
              done
              case $before in
            CHOICES    *) case $verb in
            FLAGS    esac ;;
              esac
              compadd -- ${=choices} || _files
            }
            compdef _FUNCTION PROGRAM
            """),
    FISH("");

    /** The command that prints the script. */
    static final Verb VERB = new Verb() {
        @Override
        public String word() {
            return "completion";
        }

        @Override
        public String help() {
            return "print a script with which the shell completes commands and flags";
        }

        @Override
        public String operand() {
            return SHELLS;
        }

        @Override
        public List<Flag> flags() {
            return List.of();
        }
    };

    private static final String SHELLS = "bash|zsh|fish";

    private final String template;

    Completion(String template) {
        this.template = template;
    }

    String shell() {
        return name().toLowerCase(Locale.ROOT);
    }

    String script(Cli<?> cli) {
        return this == FISH ? fish(cli) : filled(cli);
    }

    private String filled(Cli<?> cli) {
        String variable = this == ZSH ? "choices" : "words";
        var choices = new StringBuilder();
        for (Flag flag : flagsWithChoices(cli)) {
            choices.append("    %s) %s='%s' ;;\n".formatted(flag.name(), variable, words(flag.valueName())));
        }
        var flags = new StringBuilder();
        var verbs = new ArrayList<String>();
        for (Verb verb : cli.allVerbs()) {
            verbs.add(verb.word());
            flags.append("      %s) %s='%s' ;;\n".formatted(verb.word(), variable, completions(verb)));
        }
        flags.append("      *) %s='%s --help --version' ;;\n".formatted(variable, String.join(" ", verbs)));
        return template.replace("CHOICES", choices)
                .replace("FLAGS", flags)
                .replace("VERBS", String.join("|", verbs))
                .replace("FUNCTION", cli.name().replace('-', '_'))
                .replace("PROGRAM", cli.name());
    }

    private static String completions(Verb verb) {
        if (verb == VERB) {
            return words(SHELLS);
        }
        var names = new ArrayList<String>();
        flags(verb).forEach(flag -> names.add(flag.name()));
        names.add("--help");
        return String.join(" ", names);
    }

    private static String fish(Cli<?> cli) {
        var script = new StringBuilder();
        for (Verb verb : cli.allVerbs()) {
            script.append("complete -c %s -n __fish_use_subcommand -f -a %s -d '%s'\n"
                    .formatted(cli.name(), verb.word(), quoted(verb.help())));
            for (Flag flag : flags(verb)) {
                script.append("complete -c %s -n '__fish_seen_subcommand_from %s' -l %s%s -d '%s'\n"
                        .formatted(
                                cli.name(),
                                verb.word(),
                                flag.name().substring(2),
                                flag.takes() == Flag.Takes.NOTHING
                                        ? ""
                                        : hasChoices(flag) ? " -x -a '" + words(flag.valueName()) + "'" : " -r",
                                quoted(flag.help())));
            }
        }
        return script.append("complete -c %s -n '__fish_seen_subcommand_from completion' -f -a '%s'\n"
                        .formatted(cli.name(), words(SHELLS)))
                .toString();
    }

    private static List<Flag> flags(Verb verb) {
        var flags = new ArrayList<>(verb.flags());
        flags.addAll(verb.sharedFlags());
        return flags;
    }

    private static List<Flag> flagsWithChoices(Cli<?> cli) {
        return cli.allVerbs().stream()
                .flatMap(verb -> flags(verb).stream())
                .filter(Completion::hasChoices)
                .distinct()
                .toList();
    }

    private static boolean hasChoices(Flag flag) {
        return flag.valueName().indexOf('|') > 0;
    }

    private static String words(String choices) {
        return choices.replace('|', ' ');
    }

    private static String quoted(String text) {
        return text.replace("\\", "\\\\").replace("'", "\\'");
    }
}
