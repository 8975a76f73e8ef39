package dev.slipway.migrator.plan;

import dev.slipway.contract.Suggestion;
import dev.slipway.migrator.effects.Rule;
import dev.slipway.migrator.sql.SqlStatement;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The comments of a statement that accept hazards: {@code -- slipway-ignore: rule-name, other-rule}. */
record IgnoreComments(int line, List<String> names) {
    static final String PREFIX = "-- slipway-ignore:";

    private static final Pattern COMMENT = Pattern.compile("slipway-ignore:([^*\\r\\n]*)");

    IgnoreComments {
        names = List.copyOf(names);
    }

    static IgnoreComments of(SqlStatement statement) {
        List<String> names = statement.comments().stream()
                .map(COMMENT::matcher)
                .filter(Matcher::find)
                .flatMap(found -> Arrays.stream(found.group(1).split("[,\\s]+")))
                .filter(name -> !name.isEmpty())
                .toList();
        return new IgnoreComments(statement.line(), names);
    }

    boolean accepts(Hazard hazard) {
        return names.contains(hazard.rule().ruleName());
    }

    /** A misspelt name would silently accept nothing. */
    List<Hazard> unknown() {
        Set<String> known = Set.copyOf(Rule.names());
        return names.stream()
                .filter(name -> !known.contains(name))
                .map(name -> Hazard.at(Rule.UNKNOWN_IGNORE, line, "slipway-ignore: " + name + suggestion(name)))
                .collect(Collectors.toList());
    }

    private static String suggestion(String name) {
        return Suggestion.closest(name, Rule.names())
                .map(close -> "; did you mean " + close + "?")
                .orElse("");
    }
}
