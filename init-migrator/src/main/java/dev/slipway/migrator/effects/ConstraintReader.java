package dev.slipway.migrator.effects;

import dev.slipway.migrator.sql.QualifiedName;
import dev.slipway.migrator.sql.TokenReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a table constraint, of CREATE TABLE or of ALTER TABLE … ADD. */
final class ConstraintReader {
    /** The kind of a constraint. */
    enum Kind {
        CHECK,
        NOT_NULL,
        UNIQUE,
        PRIMARY_KEY,
        FOREIGN_KEY,
        EXCLUDE
    }

    /**
     * A table constraint.
     *
     * @param columns for a CHECK, every name in it
     * @param references the table of a foreign key
     * @param notNullColumn the column of a {@code CHECK (column IS NOT NULL)}
     */
    record Constraint(
            Kind kind,
            Optional<String> name,
            List<String> columns,
            boolean usingIndex,
            boolean notValid,
            Optional<QualifiedName> references,
            Optional<String> notNullColumn) {}

    private ConstraintReader() {}

    /** Takes nothing if something else comes next. */
    static boolean isNext(TokenReader reader) {
        return reader.atAny("CONSTRAINT", "CHECK", "UNIQUE", "FOREIGN")
                || reader.at("PRIMARY", "KEY")
                || reader.at("NOT", "NULL")
                || reader.at("EXCLUDE", "USING");
    }

    /** Reads to the comma or the parenthesis that follows the constraint; empty for an unknown kind. */
    static Optional<Constraint> take(TokenReader reader) {
        Optional<String> name = reader.take("CONSTRAINT") ? reader.takeName() : Optional.empty();
        Optional<Kind> kind = takeKind(reader);
        boolean usingIndex = reader.take("USING", "INDEX");
        Optional<String> notNullColumn = kind.equals(Optional.of(Kind.CHECK)) ? takeNotNull(reader) : Optional.empty();
        List<String> columns = switch (kind.orElse(Kind.CHECK)) {
            case UNIQUE, PRIMARY_KEY, FOREIGN_KEY -> takeColumns(reader);
            case NOT_NULL -> reader.takeName().map(List::of).orElse(List.of());
            case CHECK -> notNullColumn.map(List::of).orElseGet(() -> takeNames(reader));
            case EXCLUDE -> List.of();
        };
        Optional<QualifiedName> references = reader.take("REFERENCES") ? reader.takeQualifiedName() : Optional.empty();
        boolean notValid = takeRest(reader);
        return kind.map(known -> new Constraint(known, name, columns, usingIndex, notValid, references, notNullColumn));
    }

    private static Optional<String> takeNotNull(TokenReader reader) {
        int start = reader.mark();
        reader.takeSymbol('(');
        Optional<String> column = reader.takeName();
        if (column.isPresent() && reader.take("IS", "NOT", "NULL") && reader.takeSymbol(')')) {
            return column;
        }
        reader.reset(start);
        return Optional.empty();
    }

    private static List<String> takeNames(TokenReader reader) {
        List<String> names = new ArrayList<>();
        int depth = 0;
        do {
            depth += reader.atSymbol('(') ? 1 : 0;
            depth -= reader.atSymbol(')') ? 1 : 0;
            reader.takeName().ifPresentOrElse(names::add, reader::takeAny);
        } while (depth > 0 && !reader.atEnd());
        return names;
    }

    private static List<String> takeColumns(TokenReader reader) {
        reader.take("NULLS", "NOT", "DISTINCT");
        reader.take("NULLS", "DISTINCT");
        return reader.takeNameList();
    }

    private static Optional<Kind> takeKind(TokenReader reader) {
        for (Kind kind : Kind.values()) {
            if (reader.take(kind.name().split("_", -1))) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    private static boolean takeRest(TokenReader reader) {
        boolean notValid = false;
        while (!reader.atEnd() && !reader.atSymbol(',') && !reader.atSymbol(')')) {
            if (reader.take("NOT", "VALID")) {
                notValid = true;
            } else {
                reader.skip();
            }
        }
        return notValid;
    }
}
