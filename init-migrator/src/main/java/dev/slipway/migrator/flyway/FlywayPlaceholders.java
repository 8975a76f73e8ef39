package dev.slipway.migrator.flyway;

import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.apply.Placeholders;
import dev.slipway.migrator.session.DatabaseIdentity;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.internal.parser.ParsingContext;
import org.flywaydb.core.internal.parser.PlaceholderReplacingReader;
import org.flywaydb.core.internal.resource.ResourceNameParser;
import org.jspecify.annotations.Nullable;

/**
 * Puts the values of Flyway's placeholders, such as <code>${flyway:defaultSchema}</code>, into a script. Flyway's own
 * reader does this, without opening Flyway on the database, so read-only commands see the same text as migrate. If no
 * script has a placeholder, no class of Flyway is loaded.
 */
public final class FlywayPlaceholders implements Placeholders {
    private static final String PREFIX = "${";

    private final Settings settings;
    private final DatabaseIdentity.Source identity;
    private @Nullable Values values;

    public FlywayPlaceholders(Settings settings, DatabaseIdentity.Source identity) {
        this.settings = settings;
        this.identity = identity;
    }

    @Override
    public String replace(Path script, String text) throws WithoutValue, IOException, SQLException {
        if (!settings.get(Setting.PLACEHOLDER_REPLACEMENT) || !text.contains(PREFIX)) {
            return text;
        }
        if (values == null) {
            values = Values.of(settings, identity.get());
        }
        var replaced = new StringWriter(text.length());
        try (var reader = values.replacing(script, text)) {
            reader.transferTo(replaced);
        } catch (FlywayException unknown) {
            throw new WithoutValue(explain(script, text, String.valueOf(unknown.getMessage())));
        }
        return replaced.toString();
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

    /** Flyway's own placeholders, with the same names and values as in its own parsing. */
    private record Values(FluentConfiguration configuration, ParsingContext context) {
        private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

        static Values of(Settings settings, DatabaseIdentity identity) {
            var configuration = new QuickConfiguration(settings);
            var context = new ParsingContext();
            Map<String, String> values = context.getPlaceholders();
            values.put("flyway:defaultSchema", configuration.getDefaultSchema());
            values.put("flyway:schemas", String.join(",", configuration.getSchemas()));
            values.put("flyway:database", identity.database());
            values.put("flyway:user", identity.user());
            values.put("flyway:timestamp", TIMESTAMP.format(LocalDateTime.now(ZoneId.systemDefault())));
            values.put("flyway:workingDirectory", System.getProperty("user.dir", ""));
            values.put("flyway:table", configuration.getTable());
            values.put("flyway:environment", configuration.getCurrentEnvironmentName());
            return new Values(configuration, context);
        }

        PlaceholderReplacingReader replacing(Path script, String text) {
            var parser = new ResourceNameParser(configuration);
            context.updateFilenamePlaceholder(parser.parse(script.getFileName().toString()), configuration);
            return PlaceholderReplacingReader.create(configuration, context, new StringReader(text));
        }
    }
}
