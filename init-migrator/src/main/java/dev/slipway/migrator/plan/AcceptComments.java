package dev.slipway.migrator.plan;

import dev.slipway.contract.Suggestion;
import dev.slipway.migrator.effects.Rule;
import dev.slipway.migrator.sql.SqlStatement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The comments of a statement that accept findings: {@code -- slipway: accept RULE because REASON}, and
 * {@code -- slipway-ignore: RULE}, which gives no reason.
 */
public final class AcceptComments {
    static final String FORM = "-- slipway: accept RULE because REASON";

    private static final Pattern ACCEPT = Pattern.compile("slipway:\\s*accept\\b([^\\r\\n]*)");
    private static final Pattern BECAUSE = Pattern.compile("(.*?)(?:\\s+because\\b(.*))?", Pattern.DOTALL);
    private static final Pattern IGNORE = Pattern.compile("slipway-ignore:([^*\\r\\n]*)");

    private final int line;
    private final Map<String, String> reasons = new LinkedHashMap<>();
    private final List<String> withoutReason = new ArrayList<>();

    private AcceptComments(int line) {
        this.line = line;
    }

    public static AcceptComments of(SqlStatement statement) {
        var read = new AcceptComments(statement.line());
        statement.comments().forEach(read::read);
        return read;
    }

    private void read(String comment) {
        Matcher accept = ACCEPT.matcher(comment);
        while (accept.find()) {
            Matcher parts = BECAUSE.matcher(
                    accept.group(1).replaceFirst("\\*/\\s*$", "").strip());
            String reason =
                    parts.matches() && parts.group(2) != null ? parts.group(2).strip() : "";
            for (String name : names(parts.group(1))) {
                if (reason.isEmpty()) {
                    withoutReason.add(name);
                } else {
                    reasons.put(name, reason);
                }
            }
        }
        Matcher ignore = IGNORE.matcher(comment);
        if (ignore.find()) {
            names(ignore.group(1)).forEach(name -> reasons.putIfAbsent(name, ""));
        }
    }

    private static List<String> names(String listed) {
        return List.of(listed.split("[,\\s]+", -1)).stream()
                .filter(name -> !name.isEmpty())
                .toList();
    }

    /** The reason; an empty text from a comment that gives none, and empty if no comment accepts the rule. */
    public Optional<String> reasonFor(String rule) {
        return Optional.ofNullable(reasons.get(rule));
    }

    /** The rules that are accepted. */
    public Set<String> accepted() {
        return reasons.keySet();
    }

    /** A misspelt name, or a reason left out, would silently accept nothing. */
    List<Hazard> mistakes() {
        var known = new ArrayList<>(Rule.names());
        known.addAll(ScriptRule.names());
        var mistakes = new ArrayList<Hazard>();
        withoutReason.forEach(name -> mistakes.add(Hazard.at(Rule.ACCEPT_WITHOUT_REASON, line, name)));
        var all = new ArrayList<>(reasons.keySet());
        all.addAll(withoutReason);
        all.stream()
                .filter(name -> !known.contains(name))
                .map(name -> Hazard.at(Rule.UNKNOWN_IGNORE, line, name + suggestion(name, known)))
                .forEach(mistakes::add);
        return mistakes;
    }

    private static String suggestion(String name, List<String> known) {
        return Suggestion.closest(name, known)
                .map(close -> "; did you mean " + close + "?")
                .orElse("");
    }
}
