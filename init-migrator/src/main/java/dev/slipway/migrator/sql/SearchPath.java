package dev.slipway.migrator.sql;

import java.util.ArrayList;
import java.util.List;

/** The names in a {@code search_path}, as the server reads them: unquoted ones in lower case, {@code $user} as it is. */
public final class SearchPath {
    /** The schema that has the role's name, if there is one. */
    public static final String USER = "$user";

    private SearchPath() {}

    /** Empty names are left out; a text that the server would refuse gives whatever can be read of it. */
    public static List<String> names(String path) {
        var names = new ArrayList<String>();
        var name = new StringBuilder();
        boolean quoted = false;
        for (int index = 0; index <= path.length(); index++) {
            char each = index < path.length() ? path.charAt(index) : ',';
            quoted ^= each == '"';
            if (each == ',' && (!quoted || index == path.length())) {
                add(names, name.toString().strip());
                name.setLength(0);
            } else {
                name.append(each);
            }
        }
        return names;
    }

    private static void add(List<String> names, String written) {
        String name = written.length() > 1 && written.startsWith("\"") && written.endsWith("\"")
                ? Identifier.unquoted(written)
                : Identifier.folded(written);
        if (!name.isEmpty()) {
            names.add(name);
        }
    }
}
