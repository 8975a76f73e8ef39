package dev.slipway.migrator.plan;

import dev.slipway.migrator.sql.DoBlock;
import dev.slipway.migrator.sql.QualifiedName;
import dev.slipway.migrator.sql.SqlLiteral;
import dev.slipway.migrator.sql.SqlStatement;
import dev.slipway.migrator.sql.TokenReader;
import java.util.List;
import java.util.Optional;

/** Finds values that a script adds to an enum: PostgreSQL refuses to use them before the commit. */
final class EnumValues {
    /** {@code ALTER TYPE … ADD VALUE}. */
    record Added(QualifiedName type, String value) {}

    private EnumValues() {}

    static Optional<Added> added(SqlStatement statement) {
        var reader = new TokenReader(statement.text());
        if (!reader.take("ALTER", "TYPE")) {
            return Optional.empty();
        }
        Optional<QualifiedName> type = reader.takeQualifiedName();
        if (!reader.take("ADD", "VALUE")) {
            return Optional.empty();
        }
        reader.take("IF", "NOT", "EXISTS");
        return reader.takeAny()
                .filter(SqlLiteral::isOne)
                .flatMap(value -> type.map(known -> new Added(known, SqlLiteral.valueOf(value))));
    }

    /** Whether the value is a literal in the statement or in a DO block; in a comment it does not count. */
    static boolean isUsed(SqlStatement statement, String value) {
        var reader = new TokenReader(statement.text());
        if (reader.at("COMMENT") || reader.at("ALTER", "TYPE")) {
            return false;
        }
        List<SqlStatement> inner =
                DoBlock.of(statement).map(DoBlock::statements).orElse(List.of());
        while (!reader.atEnd()) {
            boolean same = reader.takeAny()
                    .filter(SqlLiteral::isOne)
                    .filter(literal -> SqlLiteral.valueOf(literal).equals(value))
                    .isPresent();
            boolean text = reader.takeCast() && reader.atAny("TEXT", "VARCHAR", "CHARACTER", "NAME");
            if (same && !text) {
                return true;
            }
        }
        return inner.stream().anyMatch(each -> isUsed(each, value));
    }

    static boolean names(SqlStatement statement, QualifiedName type) {
        var reader = new TokenReader(statement.text());
        while (!reader.atEnd()) {
            Optional<String> name = reader.takeName();
            if (name.equals(Optional.of(type.name()))) {
                return true;
            }
            if (name.isEmpty()) {
                reader.takeAny();
            }
        }
        return false;
    }
}
