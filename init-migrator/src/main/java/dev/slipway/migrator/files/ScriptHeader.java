package dev.slipway.migrator.files;

import dev.slipway.contract.AppVersion;
import dev.slipway.contract.Problems;
import dev.slipway.contract.Suggestion;
import dev.slipway.migrator.files.MigrationFile.Kind;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The instructions for Slipway in the comments above the first statement, as in {@code -- slipway: contract}. To Flyway
 * they are just comments.
 *
 * @param contract of a versioned migration: whether it removes something that older versions of the application use
 * @param oldestAppVersion of a contract migration: the oldest version that works after it
 * @param resumable whether a statement that commits while it runs may run again after an interruption
 * @param nothingToUndo of an undo script: whether it has no statement on purpose
 */
public record ScriptHeader(
        boolean contract, Optional<AppVersion> oldestAppVersion, boolean resumable, boolean nothingToUndo) {
    public static final ScriptHeader NONE = new ScriptHeader(false, Optional.empty(), false, false);

    /** As it stands in a script. */
    public static final String RESUMABLE_COMMENT = "-- slipway: resumable";

    private static final String CONTRACT = "contract";
    private static final String OLDEST_APP_VERSION = "oldest-app-version";
    private static final String RESUMABLE = "resumable";
    private static final String NOTHING_TO_UNDO = "nothing-to-undo";

    /** Accepts a finding; it stands beside its statement, and belongs to the plan. */
    private static final String ACCEPT = "accept";

    private static final byte[] MARK = "slipway:".getBytes(StandardCharsets.US_ASCII);

    /** @param where the file, for the problems */
    static ScriptHeader read(byte[] utf8, Kind kind, String where, Problems problems) {
        return contains(utf8, MARK)
                ? new Reading(kind, where, problems).read(new String(utf8, StandardCharsets.UTF_8))
                : NONE;
    }

    private static boolean contains(byte[] text, byte[] part) {
        for (int start = 0; start + part.length <= text.length; start++) {
            int length = 0;
            while (length < part.length && text[start + length] == part[length]) {
                length++;
            }
            if (length == part.length) {
                return true;
            }
        }
        return false;
    }

    /** Reads one script that contains the mark. Most scripts do not, and a start must not pay for those. */
    private static final class Reading {
        private static final Pattern DIRECTIVE = Pattern.compile("\\s*--\\s*slipway:\\s*(\\S*)\\s*(.*?)\\s*");

        private final Kind kind;
        private final String where;
        private final Problems problems;
        private final Map<String, String> seen = new HashMap<>();

        Reading(Kind kind, String where, Problems problems) {
            this.kind = kind;
            this.where = where;
            this.problems = problems;
        }

        ScriptHeader read(String text) {
            boolean above = true;
            boolean inComment = false;
            int number = 0;
            for (String line : text.lines().toList()) {
                number++;
                String stripped = line.replace("\uFEFF", "").strip();
                Matcher directive = DIRECTIVE.matcher(stripped);
                if (directive.matches()) {
                    directive(directive.group(1), directive.group(2), number, above);
                }
                inComment |= stripped.startsWith("/*");
                above &= inComment || stripped.isEmpty() || stripped.startsWith("--");
                inComment &= !stripped.contains("*/");
            }
            if (seen.containsKey(OLDEST_APP_VERSION) && !seen.containsKey(CONTRACT)) {
                problems.add(
                        where,
                        "names an " + OLDEST_APP_VERSION + ", but not '-- slipway: contract', which it belongs to");
            }
            return new ScriptHeader(
                    seen.containsKey(CONTRACT),
                    Optional.ofNullable(seen.get(OLDEST_APP_VERSION)).flatMap(AppVersion::parse),
                    seen.containsKey(RESUMABLE),
                    seen.containsKey(NOTHING_TO_UNDO));
        }

        private void directive(String word, String value, int line, boolean above) {
            List<String> expected = expected();
            String subject = "line " + line + ": 'slipway: " + word + "' ";
            if (word.equals(ACCEPT)) {
                return;
            }
            if (!expected.contains(word)) {
                problems.add(where, subject + "is unknown in such a script" + nearest(word, expected));
            } else if (!above) {
                problems.add(where, subject + "has to stand above the first statement");
            } else if (word.equals(OLDEST_APP_VERSION)) {
                if (AppVersion.parse(value).isEmpty()) {
                    problems.add(where, subject + "has '" + value + "'; expected " + AppVersion.EXPECTED);
                }
                seen.put(word, value);
            } else if (!value.isEmpty()) {
                problems.add(where, subject + "takes no value, but has '" + value + "'");
            } else {
                seen.put(word, value);
            }
        }

        private List<String> expected() {
            return switch (kind) {
                case VERSIONED -> List.of(CONTRACT, OLDEST_APP_VERSION, RESUMABLE);
                case UNDO -> List.of(NOTHING_TO_UNDO);
                case REPEATABLE -> List.of(RESUMABLE);
                case BASELINE -> List.of();
            };
        }

        private static String nearest(String word, List<String> expected) {
            return Suggestion.closest(word, expected)
                    .map(close -> "; did you mean '" + close + "'?")
                    .orElse(expected.isEmpty() ? "" : "; expected " + String.join(", ", expected));
        }
    }
}
