package dev.slipway.migrator.database;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * libpq's password file: lines of {@code host:port:database:user:password}, in which {@code *} matches anything and a
 * backslash escapes the next character. The first matching line counts.
 */
final class PasswordFile {
    private static final int FIELDS = 5;

    private PasswordFile() {}

    /** The password of the first host that has one; null if no line matches. */
    static @Nullable String find(List<String> lines, List<Host> hosts, String database, String user) {
        for (Host host : hosts) {
            for (String line : lines) {
                String password = match(line, host, database, user);
                if (password != null) {
                    return password;
                }
            }
        }
        return null;
    }

    private static @Nullable String match(String line, Host host, String database, String user) {
        if (line.startsWith("#")) {
            return null;
        }
        String[] fields = split(line);
        boolean fits = fields[FIELDS - 1] != null
                && fits(fields[0], host.name())
                && fits(fields[1], Integer.toString(host.port()))
                && fits(fields[2], database)
                && fits(fields[3], user);
        return fits ? fields[FIELDS - 1] : null;
    }

    private static boolean fits(String pattern, String value) {
        return pattern.equals("*") || pattern.equals(value);
    }

    /** Always returns five fields; missing ones are null. */
    private static String[] split(String line) {
        String[] fields = new String[FIELDS];
        var field = new StringBuilder();
        int index = 0;
        for (int position = 0; position < line.length(); position++) {
            char character = line.charAt(position);
            if (character == '\\' && position + 1 < line.length()) {
                field.append(line.charAt(++position));
            } else if (character == ':' && index < FIELDS - 1) {
                fields[index++] = field.toString();
                field.setLength(0);
            } else {
                field.append(character);
            }
        }
        fields[index] = field.toString();
        return fields;
    }
}
