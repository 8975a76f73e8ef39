package dev.slipway.migrator.database;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The database in the {@code .env} file of the current folder. Of its variables, only those count that name a database, and
 * they count together or not at all: a file that came with a repository must not be able to send a password of the
 * environment to a server of its own, or a file that it names ({@code PGPASSWORD_FILE}). No message quotes a value.
 *
 * @param values of the variables that count
 * @param lines where each of them is
 * @param isOpenToOthers whether a password is in it that other users of the machine can read
 */
public record DotEnv(Map<String, String> values, Map<String, Integer> lines, boolean isOpenToOthers) {
    private static final Path FILE = Path.of(".env");
    private static final int LONGEST = 64 * 1024;
    private static final DotEnv NOTHING = new DotEnv(Map.of(), Map.of(), false);
    private static final Pattern ASSIGNMENT =
            Pattern.compile("\\s*(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)\\s*=[ \\t]*(.*)", Pattern.DOTALL);

    public static boolean exists() {
        return Files.isRegularFile(FILE);
    }

    /** Empty if the environment, or a mounted Secret, names the database. */
    public static DotEnv read(Settings settings, Map<String, String> env, Problems problems) {
        boolean named = ConnectionParameters.serverVariables(settings).stream().anyMatch(name -> isSet(env, name));
        if (named || Files.isDirectory(settings.get(Setting.DATABASE_DIR))) {
            return NOTHING;
        }
        try {
            DotEnv file = parse(Files.readString(FILE), ConnectionParameters.variables(settings), problems);
            if (file.values.keySet().stream().noneMatch(ConnectionParameters.serverVariables(settings)::contains)) {
                return NOTHING;
            }
            ConnectionParameters.variables(settings).stream()
                    .filter(name -> isSet(env, name))
                    .forEach(name -> problems.add(
                            name,
                            "is set, while .env names the server: both would be mixed. Set PGHOST or DATABASE_URL beside it,"
                                    + " or unset it"));
            return new DotEnv(file.values, file.lines, file.hasPassword() && canOthersRead());
        } catch (IOException failure) {
            problems.add(FILE.toString(), "cannot be read as UTF-8 text by this user");
            return NOTHING;
        }
    }

    private static boolean isSet(Map<String, String> env, String name) {
        return !env.getOrDefault(name, "").isEmpty()
                || !env.getOrDefault(name + "_FILE", "").isEmpty();
    }

    private boolean hasPassword() {
        return values.containsKey("PGPASSWORD") || values.values().stream().anyMatch(each -> each.contains("@"));
    }

    private static boolean canOthersRead() throws IOException {
        try {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(FILE);
            return mode.contains(PosixFilePermission.GROUP_READ) || mode.contains(PosixFilePermission.OTHERS_READ);
        } catch (UnsupportedOperationException noModes) {
            return false;
        }
    }

    /** The environment with the database of the file. */
    public Map<String, String> over(Map<String, String> env) {
        var all = new HashMap<>(env);
        all.putAll(values);
        return all;
    }

    /** The place of a problem, with the line of the file if it is about a variable that is in it. */
    public String place(String where) {
        String variable = where.substring(where.lastIndexOf(' ') + 1);
        Integer line = lines.get(variable);
        return line == null ? where : ".env line " + line + ": " + where;
    }

    /** Lines of other variables, which belong to the application, may look like anything. */
    static DotEnv parse(String text, List<String> names, Problems problems) {
        var values = new LinkedHashMap<String, String>();
        var lines = new LinkedHashMap<String, Integer>();
        if (text.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            problems.add(FILE.toString(), "is longer than 64 KiB");
            return NOTHING;
        }
        String[] all = text.split("\\R", -1);
        for (int index = 0; index < all.length; index++) {
            int line = index + 1;
            Matcher assignment = ASSIGNMENT.matcher(all[index]);
            if (!assignment.matches()) {
                continue;
            }
            String name = assignment.group(1);
            String value = assignment.group(2).stripTrailing();
            while (isOpen(value) && index + 1 < all.length) {
                index++;
                value += '\n' + all[index].stripTrailing();
            }
            if (!names.contains(name)) {
                continue;
            }
            Optional<String> read = value(value);
            lines.put(name, line);
            if (read.isPresent()) {
                values.put(name, read.get());
            } else {
                problems.add(
                        ".env line " + line + ": " + name,
                        "has an open quote, or a $ or \\ outside of single quotes, which programs read differently; expected"
                                + " a value in single quotes");
            }
        }
        values.values().removeIf(String::isEmpty);
        return new DotEnv(values, lines, false);
    }

    /** Whether the quote with which it begins is not closed. */
    private static boolean isOpen(String value) {
        char quote = value.isEmpty() ? ' ' : value.charAt(0);
        return (quote == '"' || quote == '\'') && value.indexOf(quote, 1) < 0;
    }

    /** Empty if programs that read such files differ on it. */
    private static Optional<String> value(String text) {
        char quote = text.isEmpty() ? ' ' : text.charAt(0);
        if (quote != '"' && quote != '\'') {
            int comment = text.indexOf(" #");
            return plain((comment < 0 ? text : text.substring(0, comment)).strip());
        }
        int end = text.indexOf(quote, 1);
        String rest = end < 0 ? "" : text.substring(end + 1).strip();
        if (end < 0 || !(rest.isEmpty() || rest.startsWith("#"))) {
            return Optional.empty();
        }
        String inside = text.substring(1, end);
        return quote == '\'' ? Optional.of(inside) : plain(inside);
    }

    private static Optional<String> plain(String text) {
        boolean differs = text.indexOf('$') >= 0 || text.indexOf('\\') >= 0;
        return differs ? Optional.empty() : Optional.of(text);
    }

    /** Without the values. */
    @Override
    public String toString() {
        return lines.toString();
    }
}
