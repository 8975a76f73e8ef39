package dev.slipway.migrator.effects;

import dev.slipway.migrator.sql.QualifiedName;
import dev.slipway.migrator.sql.TokenReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The type of a column, in PostgreSQL's words.
 *
 * @param base without its modifier, as in {@code character varying}
 * @param modifier as in {@code numeric(10, 2)}; empty if there is none
 * @param plain false if the text is more than a type, for example an array
 * @param collated whether a collation was named, which changes indexes but no values
 */
public record ColumnType(String base, List<Integer> modifier, boolean plain, boolean collated) {
    private static final Map<String, String> OFFICIAL = Map.ofEntries(
            Map.entry("varchar", "character varying"),
            Map.entry("char varying", "character varying"),
            Map.entry("varbit", "bit varying"),
            Map.entry("decimal", "numeric"),
            Map.entry("dec", "numeric"),
            Map.entry("int", "integer"),
            Map.entry("int4", "integer"),
            Map.entry("int8", "bigint"),
            Map.entry("int2", "smallint"),
            Map.entry("bool", "boolean"),
            Map.entry("float8", "double precision"),
            Map.entry("float", "double precision"),
            Map.entry("float4", "real"),
            Map.entry("char", "character"),
            Map.entry("timestamp", "timestamp without time zone"),
            Map.entry("timestamptz", "timestamp with time zone"),
            Map.entry("time", "time without time zone"),
            Map.entry("timetz", "time with time zone"));

    /** The default number of digits of a second. */
    private static final int FULL_PRECISION = 6;

    private static final Set<String> TIMES = Set.of(
            "timestamp without time zone",
            "timestamp with time zone",
            "time without time zone",
            "time with time zone",
            "interval");

    /** Reads the output of {@code format_type}. */
    public static ColumnType of(String written) {
        return take(new TokenReader(written));
    }

    /** Takes it up to what follows a type. */
    static ColumnType take(TokenReader reader) {
        List<String> words = new ArrayList<>();
        List<Integer> modifier = new ArrayList<>();
        boolean plain = true;
        while (!reader.atEnd() && !reader.atSymbol(',') && !reader.atSymbol(')') && !atEndOfType(reader)) {
            if (reader.takeSymbol('(')) {
                plain &= takeModifier(reader, modifier);
            } else {
                plain &= !reader.atSymbol('[') && !reader.at("ARRAY");
                reader.takeName().ifPresentOrElse(words::add, () -> {
                    if (!reader.takeSymbol('.')) {
                        words.add(reader.takeAny().orElse(""));
                    }
                });
            }
        }
        words.remove("pg_catalog");
        String base = String.join(" ", words);
        return new ColumnType(OFFICIAL.getOrDefault(base, base), List.copyOf(modifier), plain, false);
    }

    private static boolean atEndOfType(TokenReader reader) {
        return reader.atAny(
                "COLLATE",
                "USING",
                "CONSTRAINT",
                "NOT",
                "NULL",
                "CHECK",
                "DEFAULT",
                "GENERATED",
                "UNIQUE",
                "PRIMARY",
                "REFERENCES",
                "STORAGE",
                "COMPRESSION");
    }

    private static boolean takeModifier(TokenReader reader, List<Integer> modifier) {
        do {
            Optional<String> number = reader.takeAny();
            if (number.isEmpty() || !number.get().matches("\\d{1,9}")) {
                return false;
            }
            modifier.add(Integer.valueOf(number.get()));
        } while (reader.takeSymbol(','));
        return reader.takeSymbol(')');
    }

    /** As the name of a type that is not PostgreSQL's own: {@code shop.money} or {@code money}. */
    QualifiedName name() {
        String[] words = base.split(" ", -1);
        return words.length == 2 ? QualifiedName.of(words[0], words[1]) : QualifiedName.of(base);
    }

    /**
     * Whether the stored values of this type are also values of that one, so that none has to be written or checked.
     */
    public boolean widensTo(ColumnType other) {
        if (!plain || !other.plain) {
            return false;
        }
        if (!base.equals(other.base)) {
            boolean text = base.equals("character varying") && other.base.equals("text");
            boolean varchar = base.equals("text") && other.base.equals("character varying");
            boolean address = base.equals("cidr") && other.base.equals("inet");
            return (text || varchar || address) && other.modifier.isEmpty();
        }
        if (modifier.equals(other.modifier)) {
            return true;
        }
        return switch (base) {
            case "character varying", "bit varying" -> other.modifier.isEmpty() || isLonger(other);
            case "numeric" -> other.modifier.isEmpty() || isWiderNumber(other);
            default -> TIMES.contains(base) && precision() <= other.precision();
        };
    }

    private boolean isLonger(ColumnType other) {
        return modifier.size() == 1 && other.modifier.size() == 1 && modifier.get(0) <= other.modifier.get(0);
    }

    private boolean isWiderNumber(ColumnType other) {
        return !modifier.isEmpty() && modifier.get(0) <= other.modifier.get(0) && scale() == other.scale();
    }

    private int scale() {
        return modifier.size() > 1 ? modifier.get(1) : 0;
    }

    private int precision() {
        return modifier.isEmpty() ? FULL_PRECISION : modifier.get(0);
    }
}
