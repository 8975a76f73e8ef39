package dev.slipway.migrator.sql;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A list such as {@code (CONCURRENTLY, VERBOSE off)} or {@code (create_slot = false)}: names in upper case. */
public record CommandOptions(Map<String, String> values) {
    private static final Set<String> OFF = Set.of("FALSE", "OFF", "0", "NO", "F", "N");

    public CommandOptions {
        values = Map.copyOf(values);
    }

    /** Empty, and nothing taken, if no parenthesis comes next. */
    public static CommandOptions take(TokenReader reader) {
        Map<String, String> values = new HashMap<>();
        if (reader.takeSymbol('(')) {
            do {
                String name = reader.takeName().orElse("").toUpperCase(Locale.ROOT);
                values.put(name, takeValue(reader));
            } while (reader.takeSymbol(','));
            reader.takeSymbol(')');
        }
        return new CommandOptions(values);
    }

    private static String takeValue(TokenReader reader) {
        var value = new StringBuilder();
        while (!reader.atEnd() && !reader.atSymbol(',') && !reader.atSymbol(')')) {
            String token = reader.takeAny().orElse("");
            value.append(token.equals("=") ? "" : token);
        }
        return value.toString().replace("'", "").toUpperCase(Locale.ROOT);
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    /** Whether the option is named and not switched off; without a value it is on. */
    public boolean isOn(String name) {
        return has(name) && !isOff(name);
    }

    public boolean isOff(String name) {
        return OFF.contains(values.getOrDefault(name, ""));
    }
}
