package dev.slipway.migrator.drizzle;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.slipway.contract.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code meta/_journal.json}: which files belong to a Drizzle folder up to 0.x, and in which order. */
final class Journal {
    static final String PATH = "meta/_journal.json";
    private static final String EXPECTED =
            "expected the journal as drizzle-kit wrote it; restore it from version control";
    private static final String CONFLICT_MARK = "<<<<<<<";
    private static final String POSTGRESQL = "postgresql";

    private final Path path;
    private final Problems problems;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, Integer> positions = new HashMap<>();

    private Journal(Path path, Problems problems) {
        this.path = path;
        this.problems = problems;
    }

    /**
     * One migration.
     *
     * @param when milliseconds since 1970
     * @param tag the file's name without {@code .sql}
     */
    record Entry(long when, String tag) {}

    /** The entries in their order; incomplete if problems were reported. */
    static List<Entry> read(Path path, Problems problems) {
        var journal = new Journal(path, problems);
        journal.text().ifPresent(journal::read);
        return journal.entries;
    }

    private Optional<String> text() {
        try {
            return Optional.of(Files.readString(path));
        } catch (IOException unreadable) {
            problem("cannot be read: " + unreadable.getMessage());
            return Optional.empty();
        }
    }

    private void read(String text) {
        if (text.contains(CONFLICT_MARK)) {
            problem("has the marks of a merge conflict in line " + lineOf(text, CONFLICT_MARK)
                    + "; keep the entries of both sides, the newest last");
            return;
        }
        try (JsonParser parser = new JsonFactory().createParser(text)) {
            parser.nextToken();
            document(value(parser));
        } catch (JsonProcessingException malformed) {
            problem("line " + malformed.getLocation().getLineNr() + " is not JSON: "
                    + malformed.getOriginalMessage().lines().findFirst().orElse("") + "; " + EXPECTED);
        } catch (IOException impossible) {
            throw new IllegalStateException("a text in memory cannot fail to be read", impossible);
        }
    }

    private static long lineOf(String text, String part) {
        return 1
                + text.substring(0, text.indexOf(part))
                        .chars()
                        .filter(each -> each == '\n')
                        .count();
    }

    /** Maps, lists, texts, longs; null for null, true, false and other numbers, which a journal does not need. */
    private static @Nullable Object value(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            var map = new LinkedHashMap<String, @Nullable Object>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                map.put(name, value(parser));
            }
            return map;
        }
        if (token == JsonToken.START_ARRAY) {
            var list = new ArrayList<@Nullable Object>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                list.add(value(parser));
            }
            return list;
        }
        if (token == JsonToken.VALUE_NUMBER_INT) {
            return parser.getLongValue();
        }
        return token == JsonToken.VALUE_STRING ? parser.getText() : null;
    }

    private void document(@Nullable Object document) {
        if (!(document instanceof Map<?, ?> journal)) {
            problem("holds no JSON object; " + EXPECTED);
            return;
        }
        if (!POSTGRESQL.equals(journal.get("dialect")) && !"pg".equals(journal.get("dialect"))) {
            problem("has the dialect " + shown(journal.get("dialect")) + "; expected \"" + POSTGRESQL + '"');
        }
        if (!(journal.get("entries") instanceof List<?> list)) {
            problem("has no list \"entries\"; " + EXPECTED);
            return;
        }
        for (int index = 0; index < list.size(); index++) {
            entry(index, list.get(index));
        }
    }

    private void entry(int index, @Nullable Object value) {
        Map<?, ?> entry = value instanceof Map<?, ?> map ? map : Map.of();
        String tag = entry.get("tag") instanceof String text && isFileName(text) ? text : null;
        Long when = entry.get("when") instanceof Long number && DrizzleTime.isWritable(number) ? number : null;
        if (tag == null) {
            problem("entries[" + index + "].tag is " + shown(entry.get("tag"))
                    + "; expected the name of a file beside the journal's folder, without .sql");
        }
        if (when == null) {
            problem("entries[" + index + "].when is " + shown(entry.get("when"))
                    + "; expected milliseconds since 1970 as a number");
        }
        if (tag != null && when != null) {
            add(index, new Entry(when, tag));
        }
    }

    private void add(int index, Entry entry) {
        Integer earlier = positions.putIfAbsent(entry.tag(), index);
        if (earlier != null) {
            problem("entries[" + index + "].tag is \"" + entry.tag() + "\", and so is that of entries[" + earlier
                    + "]; expected each file once");
            return;
        }
        entries.add(entry);
    }

    private static boolean isFileName(String tag) {
        return !tag.isBlank() && tag.indexOf('/') < 0 && tag.indexOf('\\') < 0 && tag.indexOf('\0') < 0;
    }

    private static String shown(@Nullable Object value) {
        return value == null ? "missing" : value instanceof String text ? '"' + text + '"' : value.toString();
    }

    private void problem(String what) {
        problems.add(path.toString(), what);
    }
}
