package dev.slipway.webhook.injection;

import dev.slipway.contract.Suggestion;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Tells the keys of annotations and labels that were meant for Slipway, well or badly spelt, from those of others. */
public final class OurKeys {
    /**
     * Our prefix in upper or lower case, a dot or dash in place of its slash, and the opt-in under a prefix that looks
     * like ours: another domain, or our letters in another order or number. The match conditions of both webhook configurations have the same expression, so that nothing else ever
     * reaches the webhook; it is in the part of the grammar that RE2 and Java share.
     */
    public static final String EXPRESSION =
            "(?i)^slipway[.]dev(/|[._-][^/]*$)|slip[._-]?way[^/]*/migrate$" + "|^[slipway]{5,9}[.]dev/migrate$";

    private static final Pattern OURS = Pattern.compile(EXPRESSION);
    private static final Pattern BEFORE_THE_NAME = Pattern.compile("(?i)^slipway[.]dev[/._-]|^[^/]*/");
    private static final List<String> NAMES =
            Annotations.all().stream().map(Annotation::name).toList();

    private OurKeys() {}

    /** Without the marker, which the webhook writes itself and copies of a pod carry on. */
    static boolean isOurs(String key) {
        return OURS.matcher(key).find() && !key.equals(Annotations.INJECTED);
    }

    /** The keys of ours in annotations or labels; none if there is no such object. */
    static List<String> in(JsonNode map) {
        return map.propertyStream()
                .map(java.util.Map.Entry::getKey)
                .filter(OurKeys::isOurs)
                .toList();
    }

    static boolean isKnown(String key) {
        return key.startsWith(Annotations.PREFIX) && NAMES.contains(key.substring(Annotations.PREFIX.length()));
    }

    /**
     * "; did you mean slipway.dev/migrate?". Compared without the prefix: the common part would make far names look
     * near.
     */
    static String suggestion(String key) {
        Optional<String> closest =
                Suggestion.closest(BEFORE_THE_NAME.matcher(key).replaceFirst(""), NAMES);
        return closest.map(name -> "; did you mean " + Annotations.PREFIX + name + "?")
                .orElse("; see the table of annotations");
    }
}
