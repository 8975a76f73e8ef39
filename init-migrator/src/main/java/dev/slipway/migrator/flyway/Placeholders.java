package dev.slipway.migrator.flyway;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.internal.parser.ParsingContext;
import org.flywaydb.core.internal.parser.PlaceholderReplacingReader;
import org.flywaydb.core.internal.resource.ResourceNameParser;

/** Puts the values of Flyway's placeholders, such as <code>${flyway:defaultSchema}</code>, into a script. */
final class Placeholders {
    private static final String PREFIX = "${";

    private final FlywaySession flyway;
    private final ParsingContext values = new ParsingContext();
    private boolean known;

    Placeholders(FlywaySession flyway) {
        this.flyway = flyway;
    }

    /** Something in a script looks like a placeholder that nobody gave a value. */
    static final class WithoutValue extends Exception {
        private static final long serialVersionUID = 1L;

        private final String explanation;

        WithoutValue(String explanation) {
            super(explanation, null, false, false);
            this.explanation = explanation;
        }

        String explanation() {
            return explanation;
        }
    }

    String replace(Path script, String text) throws WithoutValue, IOException {
        if (!flyway.configuration().isPlaceholderReplacement() || !text.contains(PREFIX)) {
            return text;
        }
        var replaced = new StringWriter(text.length());
        try (var reader =
                PlaceholderReplacingReader.create(flyway.configuration(), valuesFor(script), new StringReader(text))) {
            reader.transferTo(replaced);
        } catch (FlywayException unknown) {
            throw new WithoutValue(explain(script, text, String.valueOf(unknown.getMessage())));
        }
        return replaced.toString();
    }

    private ParsingContext valuesFor(Path script) {
        if (!known) {
            values.populate(flyway.database(), flyway.configuration());
            known = true;
        }
        var parser = new ResourceNameParser(flyway.configuration());
        values.updateFilenamePlaceholder(parser.parse(script.getFileName().toString()), flyway.configuration());
        return values;
    }

    /** @param refusal Flyway's, which quotes the placeholder */
    private static String explain(Path script, String text, String refusal) {
        int start = refusal.indexOf(PREFIX);
        int end = refusal.indexOf('}', start) + 1;
        String name = start >= 0 && end > start ? refusal.substring(start, end) : PREFIX;
        long line = 1
                + text.substring(0, Math.max(0, text.indexOf(name)))
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
        return "line " + line + ": the placeholder " + name + " has no value; if it is not meant as one, put"
                + " placeholderReplacement=false into " + script.getFileName() + ".conf";
    }
}
