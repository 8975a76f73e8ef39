package dev.slipway.certs.command;

import dev.slipway.contract.Problems;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A command line, taken apart: options with their values, and the words that belong to none. Options are written
 * {@code --name value} or {@code --name=value}; those with several values take all words up to the next option, may be
 * repeated, and split values at commas.
 */
record Arguments(Map<Option, List<String>> options, List<String> files) {
    /** @param allowed what this command knows; everything else is reported with the nearest of them */
    static Arguments parse(List<String> words, Set<Option> allowed, Problems problems) {
        var options = new EnumMap<Option, List<String>>(Option.class);
        var files = new ArrayList<String>();
        @Nullable Option open = null;
        boolean unknown = false;
        for (String word : words) {
            if (word.startsWith("--")) {
                int before = problems.list().size();
                open = openOption(word, allowed, options, problems);
                unknown = problems.list().size() > before;
            } else if (open != null && takesMore(open, options)) {
                options.computeIfAbsent(open, option -> new ArrayList<>()).addAll(values(open, word));
            } else if (!unknown) { // a misspelt option is one problem, its value not another
                files.add(word);
            }
        }
        options.forEach((option, values) -> checkCount(option, values, problems));
        return new Arguments(options, List.copyOf(files));
    }

    boolean has(Option option) {
        return options.containsKey(option);
    }

    List<String> all(Option option) {
        return options.getOrDefault(option, List.of());
    }

    Optional<String> one(Option option) {
        return all(option).stream().findFirst();
    }

    /** Reports the words that belong to no option, for commands that take none. */
    void refuseFiles(Problems problems) {
        files.forEach(word -> problems.add(word, "belongs to no option"));
    }

    private static @Nullable Option openOption(
            String word, Set<Option> allowed, Map<Option, List<String>> options, Problems problems) {
        int equals = word.indexOf('=');
        String flag = equals < 0 ? word : word.substring(0, equals);
        Optional<Option> found =
                allowed.stream().filter(option -> option.flag().equals(flag)).findFirst();
        if (found.isEmpty()) {
            problems.unknown(flag, Option.flags(allowed));
            return null;
        }
        List<String> values = options.computeIfAbsent(found.get(), option -> new ArrayList<>());
        if (equals >= 0) {
            values.addAll(values(found.get(), word.substring(equals + 1)));
            return found.get().takes() == Option.Takes.MANY ? found.get() : null;
        }
        return found.get();
    }

    private static boolean takesMore(Option option, Map<Option, List<String>> options) {
        return switch (option.takes()) {
            case NONE -> false;
            case ONE -> options.getOrDefault(option, List.of()).isEmpty();
            case MANY -> true;
        };
    }

    private static List<String> values(Option option, String text) {
        return option.takes() == Option.Takes.MANY
                ? Arrays.stream(text.split(",")).filter(part -> !part.isEmpty()).toList()
                : List.of(text);
    }

    private static void checkCount(Option option, List<String> values, Problems problems) {
        if (option.takes() == Option.Takes.NONE && !values.isEmpty()) {
            problems.add(option.flag(), "takes no value");
        } else if (option.takes() != Option.Takes.NONE && values.isEmpty()) {
            problems.add(option.flag(), "has no value; expected " + option.valueName());
        } else if (option.takes() == Option.Takes.ONE && values.size() > 1) {
            problems.add(option.flag(), "is given " + values.size() + " times; expected once");
        }
    }
}
