package dev.slipway.testkit.kubelet;

import java.util.Map;

/** Kubernetes' {@code $(NAME)}: replaced if NAME is set, kept as it is if not; {@code $$} is a dollar. */
final class VariableExpansion {
    private VariableExpansion() {}

    static String expand(String text, Map<String, String> variables) {
        var result = new StringBuilder();
        int position = 0;
        while (position < text.length()) {
            char character = text.charAt(position);
            char next = position + 1 < text.length() ? text.charAt(position + 1) : ' ';
            int end = text.indexOf(')', position);
            if (character == '$' && next == '$') {
                result.append('$');
                position += 2;
            } else if (character == '$' && next == '(' && end > 0) {
                String name = text.substring(position + 2, end);
                result.append(variables.getOrDefault(name, "$(" + name + ")"));
                position = end + 1;
            } else {
                result.append(character);
                position++;
            }
        }
        return result.toString();
    }
}
