package dev.slipway.migrator.plan;

import dev.slipway.migrator.effects.ForeignKey;
import dev.slipway.migrator.effects.StatementEffects.CheckFact;
import dev.slipway.migrator.effects.StatementEffects.NotNullProof;
import dev.slipway.migrator.sql.QualifiedName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The facts of the server's catalogue about the relations and types that the pending scripts name. Filled row by row
 * while it is read, and not changed afterwards.
 */
public final class Catalogue {
    /**
     * A relation.
     *
     * @param kind as in {@code pg_class.relkind}
     * @param rows the approximate number; empty if never counted
     * @param rowSecurity whether its row-level policies apply
     */
    record Relation(char kind, Optional<Long> rows, long bytes, boolean rowSecurity) {
        boolean isPartitioned() {
            return kind == 'p' || kind == 'I';
        }
    }

    /** A partition, or a table that inherits. */
    record Child(QualifiedName name, QualifiedName parent, boolean isPartition, boolean isDefault) {}

    /** An empty catalogue, for plans without a server. */
    public static final Catalogue UNASKED = new Catalogue(false);

    /** The number of columns of the result: the kind of fact, the relation, a second relation, a name, two details. */
    public static final int COLUMNS = 8;

    private final boolean asked;
    private final Map<QualifiedName, Relation> relations = new HashMap<>();
    private final Map<QualifiedName, QualifiedName> tablesOfIndexes = new HashMap<>();
    private final List<Child> children = new ArrayList<>();
    private final List<ForeignKey> foreignKeys = new ArrayList<>();
    private final List<CheckFact> checks = new ArrayList<>();
    private final List<NotNullProof> proofs = new ArrayList<>();
    private final Map<QualifiedName, Set<QualifiedName>> views = new HashMap<>();
    private final Map<QualifiedName, Set<QualifiedName>> tablesOfTypes = new HashMap<>();
    private final Map<QualifiedName, Map<String, String>> columnTypes = new HashMap<>();
    private final Map<QualifiedName, Set<String>> keys = new HashMap<>();
    private final Set<QualifiedName> constrainedDomains = new HashSet<>();
    private final Set<String> builtIn = new HashSet<>();
    private final Set<QualifiedName> validConstraints = new HashSet<>();
    private final Set<QualifiedName> indexed = new HashSet<>();
    private int major;

    private Catalogue(boolean asked) {
        this.asked = asked;
    }

    /** One SELECT, whose result {@link #of} reads; empty if the scripts name nothing. */
    public static Optional<String> question(List<PlannedScript> pending, String defaultSchema) {
        return CatalogueQuestion.about(pending, defaultSchema);
    }

    /** Runs the query over JDBC. */
    public static Catalogue read(Connection connection, List<PlannedScript> pending, String defaultSchema)
            throws SQLException {
        Optional<String> question = question(pending, defaultSchema);
        if (question.isEmpty()) {
            return UNASKED;
        }
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(question.get())) {
            List<List<@Nullable String>> rows = new ArrayList<>();
            while (result.next()) {
                List<@Nullable String> row = new ArrayList<>();
                for (int column = 1; column <= COLUMNS; column++) {
                    row.add(result.getString(column));
                }
                rows.add(row);
            }
            return of(rows);
        }
    }

    /**
     * What released scripts have left, as far as their text shows: each of their tables counts as one with rows. What is
     * missing here may exist.
     */
    public static Catalogue ofScripts(List<PlannedScript> released, String defaultSchema) {
        return filled(new Catalogue(false), ReleasedSchema.factsAfter(released, defaultSchema));
    }

    /** @param rows the rows of the query's result, as texts */
    public static Catalogue of(List<List<@Nullable String>> rows) {
        return filled(new Catalogue(true), rows);
    }

    private static Catalogue filled(Catalogue catalogue, List<List<@Nullable String>> rows) {
        for (List<@Nullable String> row : rows) {
            String[] texts = row.stream().map(text -> text == null ? "" : text).toArray(String[]::new);
            catalogue.take(
                    texts[0],
                    QualifiedName.of(texts[1], texts[2]),
                    QualifiedName.of(texts[3], texts[4]),
                    texts[5],
                    texts[6],
                    texts[7]);
        }
        return catalogue;
    }

    private void take(
            String kind, QualifiedName relation, QualifiedName other, String name, String detail, String more) {
        switch (kind) {
            case "server" -> major = Integer.parseInt(detail) / 10_000;
            case "relation" ->
                relations.put(
                        relation,
                        new Relation(
                                name.charAt(0),
                                Optional.of(detail)
                                        .filter(rows -> !rows.startsWith("-"))
                                        .map(Long::valueOf),
                                Long.parseLong(more),
                                !other.name().isEmpty()));
            case "index" -> tablesOfIndexes.put(relation, other);
            case "partition" -> children.add(new Child(relation, other, true, detail.equals("default")));
            case "child" -> children.add(new Child(relation, other, false, false));
            case "foreign key" -> {
                String[] ends = detail.split("\u001e", -1);
                foreignKeys.add(
                        new ForeignKey(relation, names(ends[0]), false, Optional.of(name), other, names(ends[1])));
                valid(relation, name, more);
            }
            case "check" -> {
                checks.add(new CheckFact(relation, Optional.of(name), Set.copyOf(names(detail)), more.equals("valid")));
                valid(relation, name, more);
            }
            case "not null" -> proofs.add(new NotNullProof(relation, detail, Optional.of(name), more.equals("valid")));
            case "view" -> views.computeIfAbsent(other, key -> new HashSet<>()).add(relation);
            case "type of" ->
                tablesOfTypes.computeIfAbsent(other, key -> new HashSet<>()).add(relation);
            case "column" -> {
                columnTypes.computeIfAbsent(relation, key -> new HashMap<>()).put(name, detail);
                if (more.contains("not null")) {
                    proofs.add(new NotNullProof(relation, name, Optional.empty(), true));
                }
                if (more.contains("indexed")) {
                    indexed.add(QualifiedName.of(relation.toString(), name));
                }
            }
            case "key" -> keys.put(relation, Set.copyOf(names(detail)));
            case "constrained" -> constrainedDomains.add(relation);
            case "function" -> builtIn.add(name);
            default -> throw new IllegalArgumentException("no fact of a catalogue is called '" + kind + "'");
        }
    }

    private void valid(QualifiedName table, String constraint, String state) {
        if (state.equals("valid")) {
            validConstraints.add(QualifiedName.of(table.toString(), constraint));
        }
    }

    private static List<String> names(String joined) {
        return joined.isEmpty() ? List.of() : List.of(joined.split("\u001f", -1));
    }

    /** Whether a server was queried, so that whatever is missing here does not exist. */
    boolean isAsked() {
        return asked;
    }

    /** PostgreSQL's major version; 0 if it is not known. */
    int major() {
        return major;
    }

    Optional<Relation> relation(QualifiedName name) {
        return Optional.ofNullable(relations.get(name));
    }

    Optional<QualifiedName> tableOfIndex(QualifiedName index) {
        return Optional.ofNullable(tablesOfIndexes.get(index));
    }

    List<Child> children() {
        return children;
    }

    List<ForeignKey> foreignKeys() {
        return foreignKeys;
    }

    List<CheckFact> checks() {
        return checks;
    }

    List<NotNullProof> proofs() {
        return proofs;
    }

    /** Views that read the relation. */
    Set<QualifiedName> viewsOf(QualifiedName relation) {
        return views.getOrDefault(relation, Set.of());
    }

    /** Tables with a column of that domain or enum, or of a domain over it. */
    Set<QualifiedName> tablesOfType(QualifiedName type) {
        return tablesOfTypes.getOrDefault(type, Set.of());
    }

    Optional<String> typeOf(QualifiedName table, String column) {
        return Optional.ofNullable(columnTypes.getOrDefault(table, Map.of()).get(column));
    }

    /** The columns by which a table is partitioned. */
    Set<String> partitionKey(QualifiedName table) {
        return keys.getOrDefault(table, Set.of());
    }

    /** An index with an expression or a condition may contain any column. */
    boolean isIndexed(QualifiedName table, String column) {
        return indexed.contains(QualifiedName.of(table.toString(), column));
    }

    boolean isConstrainedDomain(QualifiedName type) {
        return constrainedDomains.contains(type);
    }

    boolean isBuiltIn(String function) {
        return builtIn.contains(function);
    }

    boolean isValid(QualifiedName table, String constraint) {
        return validConstraints.contains(QualifiedName.of(table.toString(), constraint));
    }
}
