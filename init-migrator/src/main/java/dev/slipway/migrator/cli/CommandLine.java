package dev.slipway.migrator.cli;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.contract.Suggestion;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a command line: {@code slipway COMMAND --wait-timeout 5m --migrations=sql --json}. Flags and the command may come
 * in any order. No message quotes an argument that could be a URL with a password.
 */
public final class CommandLine {
    private static final Set<Setting<?>> REPEATABLE =
            Set.of(Setting.MIGRATIONS, Setting.MIGRATION_SUFFIXES, Setting.PLACEHOLDERS, Setting.PREFLIGHT_CHECKS);

    /** Flags that many tools have for a URL or a password, refused here; see {@link #refuseSecret}. */
    private static final Set<String> SECRET_FLAGS =
            Set.of("--database-url", "--direct-url", "--url", "--password", "--database-password", "--pgpassword");

    private final String[] args;
    private final Problems problems;
    private final Map<Setting<?>, String> flags = new LinkedHashMap<>();
    private final Map<Option, String> options = new EnumMap<>(Option.class);
    private @Nullable Command command;
    private String operand = "";
    private boolean commandTried;
    private boolean help;
    private boolean version;
    private int position;

    private CommandLine(String[] args, Problems problems) {
        this.args = args;
        this.problems = problems;
    }

    /** Reads what the command line asks for, and adds every mistake in flags and environment to the problems. */
    public static Invocation parse(String[] args, Map<String, String> env, Problems problems) {
        var line = new CommandLine(args, problems);
        while (line.position < args.length) {
            line.readArgument();
        }
        return line.invocation(env);
    }

    private Invocation invocation(Map<String, String> env) {
        if (help) {
            return new Invocation.Help(Optional.ofNullable(command));
        }
        if (version) {
            return new Invocation.Version();
        }
        if (command == null) {
            if (!commandTried && args.length > 0 && problems.isEmpty()) {
                problems.add("the command", "is missing; expected one of " + String.join(", ", commandWords()));
            }
            return new Invocation.Misuse();
        }
        refuseForeignOptions(command);
        if (operand.isEmpty() && !command.operand().isEmpty()) {
            problems.add(command.word(), "needs a " + command.operand() + " behind it; see slipway new --help");
        }
        return new Invocation.Run(command, operand, settings(env), options);
    }

    private Settings settings(Map<String, String> env) {
        var builder = new Settings.Builder(problems).setAll(Settings.fromEnv(env, problems));
        for (Map.Entry<Setting<?>, String> flag : flags.entrySet()) {
            builder.set(flag.getKey(), flag.getValue(), flag.getKey().flag());
        }
        return builder.build();
    }

    private void readArgument() {
        String argument = args[position++];
        switch (argument) {
            case "--help", "-h", "-?" -> help = true;
            case "--version", "-V" -> version = true;
            default -> {
                if (argument.startsWith("-")) {
                    readFlag(argument);
                } else {
                    readWord(argument);
                }
            }
        }
    }

    private void readWord(String word) {
        if (command != null && !command.operand().isEmpty() && operand.isEmpty()) {
            operand = word;
        } else if (command != null || commandTried) {
            String wayOut = operand.isEmpty() ? "" : "; put a description of several words in quotes";
            problems.add(quotable(word) ? word : "argument " + position, "is not expected after the command" + wayOut);
        } else if (word.equals("help")) {
            help = true;
        } else {
            readCommand(word);
        }
    }

    private void readCommand(String word) {
        commandTried = true;
        for (Command each : Command.values()) {
            if (each.word().equals(word)) {
                command = each;
                return;
            }
        }
        if (quotable(word)) {
            problems.unknown(word, commandWords());
        } else {
            problems.add(
                    "argument " + position, "is not a command; expected one of " + String.join(", ", commandWords()));
        }
    }

    private void readFlag(String argument) {
        int equals = argument.indexOf('=');
        String flag = equals < 0 ? argument : argument.substring(0, equals);
        String value = equals < 0 ? null : argument.substring(equals + 1);
        if (SECRET_FLAGS.contains(flag)) {
            refuseSecret(flag, value);
            return;
        }
        for (Setting<?> setting : Setting.all()) {
            if (setting.flag().equals(flag)) {
                readSetting(setting, value);
                return;
            }
        }
        readOption(flag, value);
    }

    private void readSetting(Setting<?> setting, @Nullable String given) {
        String value = given == null ? setting.isSwitch() ? nextTruth() : nextValue() : given;
        if (value == null || value.isEmpty()) {
            problems.add(setting.flag(), "needs a value; expected " + setting.expected());
            return;
        }
        boolean repeatable = REPEATABLE.contains(setting);
        String earlier = repeatable ? flags.get(setting) : null;
        flags.put(setting, earlier == null ? value : earlier + ',' + value);
    }

    private void readOption(String flag, @Nullable String value) {
        for (Option option : Option.values()) {
            if (option.flag().equals(flag)) {
                readOption(option, value);
                return;
            }
        }
        if (value == null) {
            skipValue();
        }
        reportUnknown(flag);
    }

    private void readOption(Option option, @Nullable String given) {
        if (option.valueName().isEmpty()) {
            if (given != null) {
                problems.add(option.flag(), "takes no value");
            }
            options.put(option, "");
            return;
        }
        String value = given == null ? nextValue() : given;
        if (value == null || value.isEmpty()) {
            problems.add(option.flag(), "needs a value; expected " + option.valueName());
            return;
        }
        options.put(option, value);
    }

    private void reportUnknown(String flag) {
        if (!quotable(flag)) {
            problems.add("argument " + position, "is not a flag");
            return;
        }
        Optional<String> closest = Suggestion.closest(flag, flagNames());
        problems.add(
                flag,
                "is unknown"
                        + (closest.isPresent() ? "; did you mean " + closest.get() + '?' : "; see slipway --help"));
    }

    /** Everyone on the machine can see a command line, and the shell's history keeps it. */
    private void refuseSecret(String flag, @Nullable String value) {
        if (value == null) {
            skipValue();
        }
        problems.add(
                flag,
                "does not exist, as other users could read the password with ps; set the variable DATABASE_URL, or mount a file of that name into "
                        + Setting.DATABASE_DIR.flag());
    }

    private void refuseForeignOptions(Command command) {
        for (Option option : options.keySet()) {
            if (!command.options().contains(option)) {
                problems.add(option.flag(), "is not a flag of " + command.word() + takers(option));
            }
        }
    }

    private static String takers(Option option) {
        var takers = new ArrayList<String>();
        for (Command each : Command.values()) {
            if (each.options().contains(option)) {
                takers.add(each.word());
            }
        }
        return "; it belongs to " + String.join(", ", takers);
    }

    /** A switch without a value means true: {@code --create-schema migrate}. */
    private String nextTruth() {
        boolean said = position < args.length && (args[position].equals("true") || args[position].equals("false"));
        return said ? args[position++] : "true";
    }

    private @Nullable String nextValue() {
        return position < args.length && !args[position].startsWith("--") ? args[position++] : null;
    }

    /**
     * The argument after an unknown flag is its value, unless it is a command: "--jsn status" has one mistake, not two.
     */
    private void skipValue() {
        boolean isCommand = position < args.length && commandWords().contains(args[position]);
        if (!isCommand || commandTried) {
            nextValue();
        }
    }

    /** Only letters and dashes may be quoted: then it is neither a URL nor a strong password. */
    private static boolean quotable(String text) {
        for (int index = 0; index < text.length(); index++) {
            char character = text.charAt(index);
            if (character != '-' && !(character >= 'a' && character <= 'z')) {
                return false;
            }
        }
        return text.length() <= 40;
    }

    private static List<String> commandWords() {
        var words = new ArrayList<String>();
        for (Command each : Command.values()) {
            words.add(each.word());
        }
        return words;
    }

    private static List<String> flagNames() {
        var names = new ArrayList<String>();
        for (Setting<?> setting : Setting.all()) {
            names.add(setting.flag());
        }
        for (Option option : Option.values()) {
            names.add(option.flag());
        }
        names.add("--help");
        names.add("--version");
        return names;
    }
}
