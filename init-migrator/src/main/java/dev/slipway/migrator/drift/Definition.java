package dev.slipway.migrator.drift;

import dev.slipway.migrator.failure.Excerpt;
import dev.slipway.migrator.ledger.LedgerScript;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How an object is defined.
 *
 * @param line for people: cut if it is long, and without the body of a function
 * @param sha256 of the whole definition, in hex
 */
record Definition(String line, String sha256) {
    /**
     * A list of constants with a cast around it. PostgreSQL prints {@code CHECK (b IN ('p', 'q'))} on a varchar this way,
     * and, once a dump of that was restored, with the cast inside.
     */
    private static final Pattern CAST_LIST =
            Pattern.compile("\\(ARRAY\\[((?:'(?:[^']|'')*'::[a-z ]+(?:, )?)+)\\]\\)::([a-z ]+)\\[\\]");

    private static final Pattern CONSTANT = Pattern.compile("'(?:[^']|'')*'::[a-z ]+");

    private static final Pattern BODY = Pattern.compile("\nAS .*", Pattern.DOTALL);

    /** @param text as PostgreSQL prints it, with all names qualified */
    static Definition of(SchemaObject object, String text) {
        String stable = withCastsInside(text);
        String shown = object.kind().equals("function") ? BODY.matcher(stable).replaceFirst("") : stable;
        return new Definition(Excerpt.of(shown), LedgerScript.sha256(stable.getBytes(StandardCharsets.UTF_8)));
    }

    private static String withCastsInside(String text) {
        if (!text.contains("(ARRAY[")) {
            return text;
        }
        return CAST_LIST
                .matcher(text)
                .replaceAll(list -> Matcher.quoteReplacement("ARRAY["
                        + CONSTANT.matcher(list.group(1))
                                .replaceAll(
                                        each -> Matcher.quoteReplacement("(" + each.group() + ")::" + list.group(2)))
                        + "]"));
    }

    boolean isSameAs(Definition other) {
        return sha256.equals(other.sha256);
    }
}
