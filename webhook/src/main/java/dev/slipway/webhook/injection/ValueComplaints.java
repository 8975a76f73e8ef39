package dev.slipway.webhook.injection;

import java.util.Optional;

/**
 * What is wrong with values that have the right form and still do not say what was meant. Each answer goes after "which
 * is"; an empty one means that nothing is wrong.
 */
final class ValueComplaints {
    private ValueComplaints() {}

    static Optional<String> schema(String text) {
        return when(text.indexOf(',') >= 0, "a list; a pod migrates one schema");
    }

    static Optional<String> table(String text) {
        return when(text.indexOf(',') >= 0, "a list; there is one history table")
                .or(() -> when(
                        text.indexOf('.') >= 0,
                        "a table with its schema; name the schema in " + Annotations.PREFIX + "schema"));
    }

    static Optional<String> path(String text) {
        return when(text.matches(".*[*?{\\[].*"), "a pattern; name the folder, whose files are found by their names")
                .or(() -> when(text.endsWith(".sql"), "a file; name the folder that it is in"));
    }

    private static Optional<String> when(boolean wrong, String complaint) {
        return wrong ? Optional.of(complaint) : Optional.empty();
    }
}
