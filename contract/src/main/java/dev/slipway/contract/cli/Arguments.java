package dev.slipway.contract.cli;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Suggestion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a command line: {@code slipway COMMAND --wait-timeout 5m --migrations=sql --json}. Flags and the command may come
 * in any order. No message quotes an argument that could be a URL with a password.
 */
public final class Arguments<V extends Verb> {
    private final Cli<V> cli;
    private final String[] args;
    private final Problems problems;
    private final Map<Flag, List<String>> values = new LinkedHashMap<>();
    private final List<String> operands = new ArrayList<>();
    private @Nullable Verb verb;
    private boolean verbTried;
    private boolean help;
    private boolean version;
    private int position;

    private Arguments(Cli<V> cli, String[] args, Problems problems) {
        this.cli = cli;
        this.args = args;
        this.problems = problems;
    }

    /** What is asked for; every mistake is added to the problems. */
    public static <V extends Verb> Invocation<V> parse(Cli<V> cli, String[] args, Problems problems) {
        if (args.length == 0 && cli.verbOfNothing().isPresent()) {
            return new Invocation.Run<>(cli.verbOfNothing().get(), List.of(), Map.of());
        }
        var line = new Arguments<>(cli, args, problems);
        while (line.position < args.length) {
            line.readArgument();
        }
        return line.invocation();
    }

    @SuppressWarnings("unchecked") // of the program's own commands, completion being taken care of
    private Invocation<V> invocation() {
        Verb asked = verb;
        if (help) {
            return new Invocation.Answer<>(asked == null ? cli.overview() : cli.help(asked));
        }
        if (version) {
            return new Invocation.Answer<>(cli.version());
        }
        if (asked == null) {
            if (!verbTried && args.length > 0 && problems.isEmpty()) {
                problems.add("the command", "is missing; expected one of " + String.join(", ", words()));
            }
            return new Invocation.Misuse<>();
        }
        checkFlags(asked);
        if (operands.isEmpty() && !asked.operand().isEmpty() && !asked.operand().startsWith("[")) {
            String name = asked.operand().replace("…", "");
            problems.add(
                    asked.word(),
                    "needs " + (name.contains("|") ? "one of " : "a ") + name + " behind it; see " + cli.name() + " "
                            + asked.word() + " --help");
        }
        return asked == Completion.VERB ? completion() : new Invocation.Run<>((V) asked, operands, values);
    }

    private Invocation<V> completion() {
        if (problems.isEmpty()) {
            for (Completion each : Completion.values()) {
                if (each.shell().equals(operands.get(0))) {
                    return new Invocation.Answer<>(each.script(cli));
                }
            }
            problems.add("completion", "is for one of bash, zsh, fish");
        }
        return new Invocation.Misuse<>();
    }

    private void readArgument() {
        String argument = args[position++];
        switch (argument) {
            case "--help", "-h", "-?" -> help = true;
            case "--version", "-V" -> version = true;
            default -> {
                if (argument.startsWith("-") && argument.length() > 1) {
                    readFlag(argument);
                } else {
                    readWord(argument);
                }
            }
        }
    }

    private void readWord(String word) {
        boolean several = verb != null && verb.operand().contains("…");
        if (verb != null && !verb.operand().isEmpty() && (several || operands.isEmpty())) {
            operands.add(word);
        } else if (verbTried) {
            String wayOut = operands.isEmpty() ? "" : "; put a description of several words in quotes";
            problems.add(
                    isQuotable(word) ? word : "argument " + position, "is not expected after the command" + wayOut);
        } else if (word.equals("help")) {
            help = true;
        } else {
            readVerb(word);
        }
    }

    private void readVerb(String word) {
        verbTried = true;
        for (Verb each : cli.allVerbs()) {
            if (each.word().equals(word)) {
                verb = each;
                return;
            }
        }
        if (isQuotable(word)) {
            problems.unknown(word, words());
        } else {
            problems.add("argument " + position, "is not a command; expected one of " + String.join(", ", words()));
        }
    }

    private void readFlag(String argument) {
        int equals = argument.indexOf('=');
        String typed = equals < 0 ? argument : argument.substring(0, equals);
        String value = equals < 0 ? null : argument.substring(equals + 1);
        Flag flag = flag(typed);
        if (flag != null) {
            readValues(flag, value);
            return;
        }
        if (value == null) {
            skipValue();
        }
        String refused = cli.refusedFlags().get(typed);
        if (refused != null) {
            problems.add(typed, refused);
        } else if (isQuotable(typed)) {
            problems.add(
                    typed,
                    "is unknown; "
                            + Suggestion.closest(typed, flagNames())
                                    .map(closest -> "did you mean " + closest + '?')
                                    .orElse("see " + cli.name() + " --help"));
        } else {
            problems.add("argument " + position, "is not a flag");
        }
    }

    private @Nullable Flag flag(String typed) {
        Flag shared = cli.sharedFlag(typed);
        if (shared != null) {
            return shared;
        }
        for (V each : cli.verbs()) {
            for (Flag flag : each.flags()) {
                if (flag.isTyped(typed)) {
                    return flag;
                }
            }
        }
        return null;
    }

    private void readValues(Flag flag, @Nullable String given) {
        List<String> all = values.computeIfAbsent(flag, each -> new ArrayList<>());
        if (flag.takes() == Flag.Takes.NOTHING) {
            if (given != null) {
                problems.add(flag.name(), "takes no value");
            }
            return;
        }
        String value = given == null ? flag.takes() == Flag.Takes.TRUTH ? nextTruth() : nextValue() : given;
        if (value == null || value.isBlank()) {
            problems.add(flag.name(), "needs a value; expected " + flag.expected());
        }
        while (value != null && !value.isBlank()) {
            if (flag.takes() == Flag.Takes.WORDS) {
                for (String part : value.split(",", -1)) {
                    if (!part.isEmpty()) {
                        all.add(part);
                    }
                }
                value = nextValue();
            } else {
                all.add(value);
                value = null;
            }
        }
    }

    private void checkFlags(Verb asked) {
        for (Map.Entry<Flag, List<String>> each : values.entrySet()) {
            Flag flag = each.getKey();
            boolean once = flag.takes() == Flag.Takes.ONE || flag.takes() == Flag.Takes.TRUTH;
            if (!asked.flags().contains(flag) && cli.sharedFlag(flag.name()) == null) {
                problems.add(flag.name(), "is not a flag of " + asked.word() + takers(flag));
            } else if (once && each.getValue().size() > 1) {
                problems.add(flag.name(), "is given more than once, as " + places(flag) + "; expected once");
            }
        }
    }

    /** Without the values, one of which could be a URL with a password. */
    private String places(Flag flag) {
        var places = new ArrayList<String>();
        for (int index = 0; index < args.length; index++) {
            int equals = args[index].indexOf('=');
            if (flag.isTyped(equals < 0 ? args[index] : args[index].substring(0, equals))) {
                places.add("argument " + (index + 1));
            }
        }
        return String.join(" and ", places);
    }

    private String takers(Flag flag) {
        var takers = new ArrayList<String>();
        for (V each : cli.verbs()) {
            if (each.flags().contains(flag)) {
                takers.add(each.word());
            }
        }
        return "; it belongs to " + String.join(", ", takers);
    }

    /** A switch says true by itself: {@code --create-schema migrate}. */
    private String nextTruth() {
        boolean said = position < args.length && (args[position].equals("true") || args[position].equals("false"));
        return said ? args[position++] : "true";
    }

    private @Nullable String nextValue() {
        return position < args.length && !args[position].startsWith("--") ? args[position++] : null;
    }

    /** What follows an unknown flag is its value, unless it is the command: "--jsn status" has one mistake, not two. */
    private void skipValue() {
        boolean isVerb = position < args.length && words().contains(args[position]);
        if (!isVerb || verbTried) {
            nextValue();
        }
    }

    /** Letters and dashes only: neither a URL nor any strong password. */
    private static boolean isQuotable(String text) {
        for (int index = 0; index < text.length(); index++) {
            char character = text.charAt(index);
            if (character != '-' && !(character >= 'a' && character <= 'z')) {
                return false;
            }
        }
        return text.length() <= 40;
    }

    private List<String> words() {
        var words = new ArrayList<String>();
        for (V each : cli.verbs()) {
            words.add(each.word());
        }
        words.add(Completion.VERB.word());
        return words;
    }

    private List<String> flagNames() {
        var names = new ArrayList<>(List.of("--help", "--version"));
        for (Flag flag : cli.sharedFlags()) {
            names.add(flag.name());
        }
        for (V each : cli.verbs()) {
            for (Flag flag : each.flags()) {
                names.add(flag.name());
            }
        }
        return names;
    }
}
