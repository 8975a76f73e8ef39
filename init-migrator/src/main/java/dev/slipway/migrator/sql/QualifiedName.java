package dev.slipway.migrator.sql;

import java.util.List;
import java.util.Optional;

/**
 * The name of a relation as the catalog holds it: folded to lower case if it was not quoted, cut to 63 bytes.
 *
 * @param schema empty if the statement leaves it to the search path
 */
public record QualifiedName(Optional<String> schema, String name) {
    public static QualifiedName of(String name) {
        return new QualifiedName(Optional.empty(), name);
    }

    public static QualifiedName of(String schema, String name) {
        return new QualifiedName(Optional.of(schema), name);
    }

    /** The last two of {@code database.schema.name}; empty without any part. */
    public static Optional<QualifiedName> ofParts(List<String> parts) {
        int last = parts.size() - 1;
        return switch (parts.size()) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(of(parts.get(0)));
            default -> Optional.of(of(parts.get(last - 1), parts.get(last)));
        };
    }

    /** With quotes, so that it can be used in a statement whatever characters it has. */
    public String quoted() {
        return schema.map(each -> quote(each) + ".").orElse("") + quote(name);
    }

    /** For people: without quotes. */
    @Override
    public String toString() {
        return schema.map(each -> each + ".").orElse("") + name;
    }

    private static String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}
