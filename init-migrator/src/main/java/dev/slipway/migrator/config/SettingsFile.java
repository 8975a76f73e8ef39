package dev.slipway.migrator.config;

import dev.slipway.contract.FieldKind;
import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.contract.Suggestion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Settings in a {@code slipway.toml}. It says how to migrate, and never where: a file that came with a repository must not
 * be able to choose the database, to send anything anywhere, or to write over a file.
 */
public final class SettingsFile {
    private static final String NAME = "slipway.toml";
    private static final int LONGEST = 64 * 1024;

    private static final Set<Setting<?>> ELSEWHERE = Set.of(
            Setting.DATABASE_DIR,
            Setting.DATABASE_URL_KEY,
            Setting.POD_NAMESPACE,
            Setting.POD_NAME,
            Setting.PUSH_GATEWAY,
            Setting.OTLP_ENDPOINT,
            Setting.CONFIG,
            Setting.TERMINATION_LOG);

    private static final Pattern DATABASE = Pattern.compile("(?i)(database|direct)[-_]?url|url|pg[a-z]+|(pg)?password");

    /** Of ours; anything else could be a secret that slipped into the place of a key. */
    private static final Pattern QUOTABLE = Pattern.compile("[a-z][-_a-z]{0,39}");

    private SettingsFile() {}

    /** Whether there is one in the current folder. */
    public static boolean exists() {
        return Files.isRegularFile(Path.of(NAME));
    }

    /** The one in the current folder. */
    public static Settings read(Problems problems) {
        return read(Path.of(NAME), NAME, problems);
    }

    /** The named one. */
    public static Settings read(String path, Problems problems) {
        try {
            Path file = Path.of(path).toAbsolutePath();
            return read(file, FieldKind.PATH.plain(file.toString()), problems);
        } catch (InvalidPathException invalid) {
            problems.badValue(Setting.CONFIG.name(), path, FieldKind.PATH, Setting.CONFIG.expected());
            return Settings.DEFAULTS;
        }
    }

    /** Incomplete if problems were reported. */
    private static Settings read(Path file, String where, Problems problems) {
        try {
            if (!Files.isRegularFile(file)) {
                problems.add(where, "does not exist, or is not a file");
            } else if (Files.size(file) > LONGEST) {
                problems.add(where, "is longer than 64 KiB");
            } else {
                return parse(
                        Files.readString(file), where, file.toAbsolutePath().resolveSibling(""), problems);
            }
        } catch (IOException failure) {
            problems.add(where, "cannot be read as UTF-8 text by this user");
        }
        return Settings.DEFAULTS;
    }

    /** @param folder in which the paths of the file begin */
    static Settings parse(String text, String where, Path folder, Problems problems) {
        var builder = new Settings.Builder(problems);
        for (TomlLines.Entry entry : TomlLines.read(text, where, problems)) {
            String at = where + " line " + entry.line() + ": " + shown(entry.key());
            Optional<Setting<?>> known = Setting.all().stream()
                    .filter(setting -> setting.name().equals(entry.key()))
                    .findFirst();
            if (known.isEmpty()) {
                problems.add(at, unknown(entry.key()));
            } else if (ELSEWHERE.contains(known.get())) {
                problems.add(
                        at,
                        "is not read from a file, which must not say where anything is; set "
                                + known.get().env() + " or " + known.get().flag());
            } else {
                set(builder, known.get(), entry, at, folder);
            }
        }
        return builder.build();
    }

    private static void set(
            Settings.Builder builder, Setting<?> setting, TomlLines.Entry entry, String at, Path folder) {
        List<String> values = entry.values();
        if (setting.equals(Setting.MIGRATIONS)) {
            values = values.stream()
                    .flatMap(each -> Arrays.stream(each.split(",", -1)))
                    .map(each -> resolved(folder, each.strip()))
                    .toList();
        }
        builder.set(setting, String.join(",", values), at);
    }

    /** A path that is none is left for the setting to refuse. */
    private static String resolved(Path folder, String path) {
        try {
            return path.isEmpty() || path.contains("://")
                    ? path
                    : folder.resolve(path).normalize().toString();
        } catch (InvalidPathException invalid) {
            return path;
        }
    }

    private static String shown(String key) {
        return QUOTABLE.matcher(key).matches() ? key : "the key";
    }

    private static String unknown(String key) {
        if (DATABASE.matcher(key).matches()) {
            return "is not read from this file; the database is named by the environment, or by .env in the current folder";
        }
        return "is unknown"
                + Suggestion.closest(
                                key.replace('_', '-'),
                                Setting.all().stream().map(Setting::name).toList())
                        .map(name -> "; did you mean " + name + "?")
                        .orElse("; slipway --help lists the settings, which are the flags without their dashes");
    }
}
