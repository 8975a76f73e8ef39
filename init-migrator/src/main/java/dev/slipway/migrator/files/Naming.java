package dev.slipway.migrator.files;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.files.MigrationFile.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How the files of a folder are named: the one place that says what a file name means. Pure. With the same settings it
 * reads what Flyway reads; a file that Flyway would run but we would not is refused, never skipped.
 *
 * @param separator between version and description
 * @param suffixes of SQL scripts, as written
 */
public record Naming(String versioned, String repeatable, String undo, String separator, List<String> suffixes) {
    /** Flyway's default; there is no setting for it here. */
    private static final String BASELINE = "B";

    /** Separators that other tools use. */
    private static final List<String> SEPARATORS = List.of("__", "_", "-", ".");

    /**
     * Extensions of files that are no migrations but often lie beside them: notes, pictures, data, configuration, and
     * what editors leave.
     */
    private static final Set<String> HARMLESS = Set.of(
            ("md markdown adoc asciidoc rst txt rtf doc docx odt pdf html htm css svg png jpg jpeg gif webp ico bmp drawio"
                            + " puml plantuml mmd dot yaml yml json json5 toml xml ini properties cfg csv tsv xlsx parquet log"
                            + " lock bak orig old save swp swo swn tmp temp rej patch diff disabled off ignore ignored skip"
                            + " skipped example sample template tpl j2 dist license")
                    .split(" "));

    public Naming {
        suffixes = List.copyOf(suffixes);
    }

    public static Naming of(Settings settings) {
        return new Naming(
                settings.get(Setting.MIGRATION_PREFIX),
                settings.get(Setting.REPEATABLE_PREFIX),
                settings.get(Setting.UNDO_PREFIX),
                settings.get(Setting.MIGRATION_SEPARATOR),
                settings.get(Setting.MIGRATION_SUFFIXES));
    }

    /** Reports kinds of script whose prefixes are the same. */
    void check(Problems problems) {
        Kind[] kinds = Kind.values();
        for (int one = 0; one < kinds.length; one++) {
            for (int other = one + 1; other < kinds.length; other++) {
                if (prefix(kinds[one]).equals(prefix(kinds[other]))) {
                    problems.add(
                            origin(kinds[one]), "is '" + prefix(kinds[one]) + "', and so is " + origin(kinds[other]));
                }
            }
        }
    }

    private static String origin(Kind kind) {
        return switch (kind) {
            case VERSIONED -> Setting.MIGRATION_PREFIX.flag();
            case REPEATABLE -> Setting.REPEATABLE_PREFIX.flag();
            case BASELINE -> "the prefix of baseline migrations";
            case UNDO -> Setting.UNDO_PREFIX.flag();
        };
    }

    /** Reads the name of a file, whatever its folder. */
    public ScriptName read(String fileName) {
        return fileName.startsWith(".") ? hidden(fileName) : visible(fileName);
    }

    /** Whether this is the name of a migration. */
    public boolean isMigration(String fileName) {
        return visible(fileName) instanceof ScriptName.Migration;
    }

    /** Whether a file or folder of this name would be taken for a script if it were a readable file with SQL in it. */
    boolean looksLikeScript(String name) {
        return !(read(name) instanceof ScriptName.Other);
    }

    /** A dangling link: one without an extension may have been a folder of migrations. */
    boolean maybeFolder(String name) {
        return name.indexOf('.') < 0;
    }

    /** Whether a folder is named like a script; folders of versions, such as {@code V1.2}, are not. */
    boolean isScriptLikeFolder(String name) {
        return suffixOf(name)
                .filter(suffix -> isScript(stemReading(name, suffix)))
                .isPresent();
    }

    /** Whether a file of this name would run if its folder were not hidden. */
    boolean isScript(String name) {
        return isScript(visible(name));
    }

    /** An example of a valid name, for messages. */
    public String expected() {
        String suffix = suffixes.get(0);
        return versioned + "<version>" + separator + "<description>" + suffix
                + (separator.equals("__") ? " (two underscores)" : "") + ", " + repeatable + separator + "<description>"
                + suffix + ", or a callback such as afterMigrate" + suffix;
    }

    /**
     * Flyway silently ignores a hidden script. Hidden files that are not scripts come from editors and file managers.
     */
    private ScriptName hidden(String fileName) {
        boolean byATool = fileName.startsWith("._") || fileName.startsWith(".#") || fileName.startsWith(".~");
        return !byATool && isScript(visible(fileName.replaceFirst("^\\.+", "")))
                ? new ScriptName.Refused(
                        "is hidden, as its name begins with a dot, and so would never run; rename it, or remove it")
                : new ScriptName.Other();
    }

    private ScriptName visible(String fileName) {
        Optional<String> suffix = suffixOf(fileName);
        if (suffix.isPresent() && endsAsWritten(fileName)) {
            return stemReading(fileName, suffix.get());
        }
        for (String each : suffixes) {
            String options = each + ScriptOptions.SUFFIX;
            if (fileName.endsWith(options)) {
                return new ScriptName.Options();
            }
            if (endsWithIgnoringCase(fileName, options)) {
                return new ScriptName.Refused(
                        "would configure a script, but is not written like it; rename it, so that it ends with "
                                + options);
            }
        }
        if (suffix.isPresent()) {
            String found = fileName.substring(fileName.length() - suffix.get().length());
            return new ScriptName.Refused("ends with " + found + ", which is not " + String.join(" or ", suffixes)
                    + "; rename it, or add " + found + " to " + Setting.MIGRATION_SUFFIXES);
        }
        return withoutSuffix(fileName);
    }

    /** Flyway runs programs and files without an extension, and silently ignores the rest. */
    private ScriptName withoutSuffix(String fileName) {
        int dot = fileName.lastIndexOf('.');
        String stem = dot < 0 ? fileName : fileName.substring(0, dot);
        String extension = dot < 0 ? "" : fileName.substring(dot + 1).toLowerCase(Locale.ROOT);
        boolean noteOfScript = extension.equals("txt") && suffixOf(stem).isPresent();
        if (fileName.endsWith("~") || (HARMLESS.contains(extension) && !noteOfScript)) {
            return new ScriptName.Other();
        }
        if (!isNamedLikeScript(stem) && !isNamedLikeScript(fileName)) {
            return new ScriptName.Other();
        }
        String found =
                extension.isEmpty() || extension.contains(separator) ? "has no suffix" : "ends with ." + extension;
        return new ScriptName.Refused(
                "is named like a migration or a callback, but " + found + ", and nothing is run but SQL; "
                        + "put its SQL into a file that ends with " + String.join(" or ", suffixes) + ", or remove it");
    }

    /**
     * Includes names whose first letter has the wrong case, and versions that Flyway reads from the names of programs.
     */
    private boolean isNamedLikeScript(String stem) {
        return isScript(stemReading(stem, ""))
                || (stem.contains(separator) && isScript(stemReading(stem.toUpperCase(Locale.ROOT), "")))
                || kindOf(stem).filter(kind -> hasOddVersion(stem, kind)).isPresent()
                || ScriptName.CALLBACKS.stream().anyMatch(stem::equalsIgnoreCase);
    }

    private boolean hasOddVersion(String stem, Kind kind) {
        int end = stem.indexOf(separator, prefix(kind).length());
        String version = stem.substring(prefix(kind).length(), end < 0 ? stem.length() : end);
        return kind != Kind.REPEATABLE && Odd.VERSION.matcher(version).matches();
    }

    private static boolean isScript(ScriptName name) {
        return name instanceof ScriptName.Migration || name instanceof ScriptName.Callback;
    }

    /**
     * Cuts off the first matching suffix, ignoring case, like Flyway. Uses a plain loop, because it runs for thousands
     * of files at each start.
     */
    private Optional<String> suffixOf(String fileName) {
        for (String each : suffixes) {
            if (endsWithIgnoringCase(fileName, each)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    private boolean endsAsWritten(String fileName) {
        for (String each : suffixes) {
            if (fileName.endsWith(each)) {
                return true;
            }
        }
        return false;
    }

    private static boolean endsWithIgnoringCase(String text, String end) {
        return text.regionMatches(true, text.length() - end.length(), end, 0, end.length());
    }

    private ScriptName stemReading(String fileName, String suffix) {
        String stem = fileName.substring(0, fileName.length() - suffix.length());
        int at = stem.indexOf(separator);
        String event = at < 0 ? stem : stem.substring(0, at);
        if (ScriptName.CALLBACKS.contains(event)) {
            return new ScriptName.Callback(event, stem.replace('_', ' '));
        }
        Optional<Kind> kind = kindOf(stem);
        if (kind.isEmpty()) {
            return misnamed(
                    stem,
                    "it starts with none of " + versioned + ", " + repeatable + ", " + BASELINE + " and " + undo
                            + " and is no callback");
        }
        String rest = stem.substring(prefix(kind.get()).length());
        int split = rest.indexOf(separator);
        return migration(
                stem,
                kind.get(),
                split < 0 ? rest : rest.substring(0, split),
                split < 0 ? "" : rest.substring(split + separator.length()));
    }

    /** The kind with the longest matching prefix, as in Flyway. */
    private Optional<Kind> kindOf(String stem) {
        Kind longest = null;
        for (Kind each : Kind.values()) {
            if (stem.startsWith(prefix(each))
                    && (longest == null
                            || prefix(each).length() > prefix(longest).length())) {
                longest = each;
            }
        }
        return Optional.ofNullable(longest);
    }

    /** What the names of this kind begin with. */
    public String prefix(Kind kind) {
        return switch (kind) {
            case VERSIONED -> versioned;
            case REPEATABLE -> repeatable;
            case BASELINE -> BASELINE;
            case UNDO -> undo;
        };
    }

    /** The description may be missing, and then also the separator. */
    private ScriptName migration(String stem, Kind kind, String versionText, String descriptionText) {
        String description = descriptionText.replace('_', ' ');
        if (kind == Kind.REPEATABLE) {
            return versionText.isEmpty()
                    ? new ScriptName.Migration(kind, Optional.empty(), description)
                    : misnamed(stem, "a repeatable migration has no version, but it says '" + versionText + "'");
        }
        Optional<MigrationVersion> version = MigrationVersion.parse(versionText);
        if (version.isPresent()) {
            return new ScriptName.Migration(kind, version, description);
        }
        return misnamed(
                stem,
                stem.contains(separator)
                        ? "'" + versionText + "' is not a version such as 1, 1.2 or 20260101120000"
                        : (separator.equals("__") ? "two underscores have" : "'" + separator + "' has")
                                + " to separate the description");
    }

    private ScriptName misnamed(String stem, String reason) {
        Optional<String> settings = settingsFor(stem);
        return new ScriptName.Refused(
                "is misnamed: " + reason
                        + settings.map(each -> "; rename it, or set " + each).orElse("; expected " + expected()),
                settings.map(each -> "is named in another way than " + expected() + "; rename them, or set " + each)
                        .orElse("is misnamed; expected " + expected()));
    }

    /** The settings with which this would be a versioned migration, for folders named in the style of other tools. */
    private Optional<String> settingsFor(String stem) {
        int digit = 0;
        while (digit < stem.length() && !(stem.charAt(digit) >= '0' && stem.charAt(digit) <= '9')) {
            digit++;
        }
        String prefix = stem.substring(0, digit);
        if (digit == stem.length() || digit > 2 || (!prefix.isEmpty() && !prefix.equalsIgnoreCase(versioned))) {
            return Optional.empty();
        }
        for (String each : SEPARATORS) {
            int at = stem.indexOf(each, digit);
            if (at > 0
                    && at + each.length() < stem.length()
                    && MigrationVersion.parse(stem.substring(digit, at)).isPresent()) {
                String naming = prefix.equals(versioned)
                        ? ""
                        : Setting.MIGRATION_PREFIX + " to " + Setting.MIGRATION_PREFIX.format(prefix);
                String separating = each.equals(separator) ? "" : Setting.MIGRATION_SEPARATOR + " to " + each;
                String both = naming.isEmpty() || separating.isEmpty() ? "" : " and ";
                return Optional.of(naming + both + separating);
            }
        }
        return Optional.empty();
    }

    /** A class of its own, so that a folder without mistakes does not load it. */
    private static final class Odd {
        static final Pattern VERSION = Pattern.compile("(?i)[-+._\\p{Nd}]*\\p{Nd}|current|next|latest");

        private Odd() {}
    }
}
