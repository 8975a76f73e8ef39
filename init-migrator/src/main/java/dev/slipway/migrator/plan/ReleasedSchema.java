package dev.slipway.migrator.plan;

import dev.slipway.migrator.effects.ColumnType;
import dev.slipway.migrator.effects.CommandLabel;
import dev.slipway.migrator.effects.Effect;
import dev.slipway.migrator.effects.ForeignKey;
import dev.slipway.migrator.effects.Operation;
import dev.slipway.migrator.effects.StatementEffects;
import dev.slipway.migrator.effects.StatementEffects.CheckFact;
import dev.slipway.migrator.effects.StatementEffects.NotNullProof;
import dev.slipway.migrator.effects.StatementReader;
import dev.slipway.migrator.plan.Catalogue.Child;
import dev.slipway.migrator.sql.QualifiedName;
import dev.slipway.migrator.sql.SqlStatement;
import dev.slipway.migrator.sql.TokenReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Replays released scripts and writes down what they leave, in the rows of {@link CatalogueQuestion}. Used once; not
 * thread-safe.
 */
final class ReleasedSchema {
    /** The names of PostgreSQL's own functions, of all majors that are supported. */
    private static final String FUNCTIONS = "functions.txt";

    private final String defaultSchema;
    private final PendingSchema constraints = new PendingSchema(Catalogue.UNASKED);
    private final Map<QualifiedName, Relation> relations = new LinkedHashMap<>();
    private final Map<QualifiedName, QualifiedName> tablesOfIndexes = new HashMap<>();
    private final List<Child> children = new ArrayList<>();
    private final List<List<@Nullable String>> rows = new ArrayList<>();

    private ReleasedSchema(String defaultSchema) {
        this.defaultSchema = defaultSchema;
    }

    /** A table, a view, an index or a sequence. */
    private static final class Relation {
        private final char kind;
        private final Map<String, Column> columns = new LinkedHashMap<>();
        private List<String> partitionKey = List.of();
        private Set<QualifiedName> readBy = Set.of();
        private boolean rowSecurity;

        private Relation(char kind) {
            this.kind = kind;
        }
    }

    private record Column(ColumnType type, boolean notNull) {}

    static List<List<@Nullable String>> factsAfter(List<PlannedScript> scripts, String defaultSchema) {
        var schema = new ReleasedSchema(defaultSchema);
        for (PlannedScript script : scripts) {
            script.script().statements().forEach(schema::apply);
        }
        return schema.facts();
    }

    private void apply(SqlStatement statement) {
        StatementEffects effects = StatementReader.read(statement, defaultSchema);
        if (effects.isConditional() && effects.created().stream().anyMatch(relations::containsKey)) {
            return;
        }
        constraints.begin(effects);
        constraints.end(effects);
        create(effects, statement);
        effects.newColumns()
                .forEach(column -> column(column.table(), column.name(), new Column(column.type(), column.notNull())));
        effects.newChildren()
                .forEach(child ->
                        children.add(new Child(child.name(), child.parent(), child.isPartition(), child.isDefault())));
        effects.effects().forEach(effect -> apply(effect, effects));
        effects.renamedColumns().forEach(renamed -> {
            Relation table = relations.get(renamed.table());
            Column column = table == null ? null : table.columns.remove(renamed.from());
            if (column != null) {
                column(renamed.table(), renamed.to(), column);
            }
        });
        effects.renamed().forEach(this::rename);
        effects.droppedSchemas()
                .forEach(gone ->
                        relations.keySet().removeIf(name -> name.schema().equals(Optional.of(gone))));
    }

    private void create(StatementEffects effects, SqlStatement statement) {
        String command = CommandLabel.of(statement.text());
        boolean view = command.endsWith(" VIEW");
        char kind = kind(command);
        List<QualifiedName> created = new ArrayList<>(effects.created());
        if (view && created.isEmpty()) {
            created.addAll(effects.provided());
        }
        for (QualifiedName name : created) {
            var relation = new Relation(effects.partitioned().containsKey(name) ? 'p' : kind);
            relation.partitionKey = effects.partitioned().getOrDefault(name, List.of());
            if (view) {
                relation.readBy = namesIn(statement);
            }
            relations.put(name, relation);
            if (kind == 'i' && !effects.effects().isEmpty()) {
                tablesOfIndexes.put(name, effects.effects().get(0).relation());
            }
        }
    }

    private static char kind(String command) {
        if (command.contains(" INDEX")) {
            return 'i';
        }
        if (command.endsWith(" MATERIALIZED VIEW")) {
            return 'm';
        }
        return command.endsWith(" VIEW") ? 'v' : command.endsWith(" SEQUENCE") ? 'S' : 'r';
    }

    /** The relations that a view may read: all that its text names, which may be too many. */
    private Set<QualifiedName> namesIn(SqlStatement view) {
        var reader = new TokenReader(view.text());
        var names = new HashSet<QualifiedName>();
        while (!reader.atEnd()) {
            Optional<QualifiedName> name = reader.takeQualifiedName();
            name.map(each -> each.schema().isPresent() ? each : QualifiedName.of(defaultSchema, each.name()))
                    .filter(relations::containsKey)
                    .ifPresent(names::add);
            if (name.isEmpty()) {
                reader.takeAny();
            }
        }
        return names;
    }

    private void column(QualifiedName table, String name, Column column) {
        Relation relation = relations.get(table);
        if (relation != null) {
            relation.columns.put(name, column);
        }
    }

    private void apply(Effect effect, StatementEffects effects) {
        QualifiedName name = effect.relation();
        String part = effect.part().orElse("");
        Relation relation = relations.get(name);
        switch (effect.operation()) {
            case DROP_TABLE, DROP_RELATION, DROP_INDEX, DROP_INDEX_CONCURRENTLY -> drop(name);
            case DETACHED_PARTITION -> children.removeIf(child -> child.name().equals(name));
            default -> {
                if (relation != null) {
                    alter(relation, effect.operation(), part, effects.columnType(name, effect.part()));
                }
            }
        }
    }

    private static void alter(Relation table, Operation operation, String column, Optional<ColumnType> type) {
        switch (operation) {
            case DROP_COLUMN -> table.columns.remove(column);
            case SET_NOT_NULL ->
                table.columns.computeIfPresent(column, (name, known) -> new Column(known.type(), true));
            case DROP_NOT_NULL ->
                table.columns.computeIfPresent(column, (name, known) -> new Column(known.type(), false));
            case ALTER_COLUMN_TYPE ->
                type.ifPresent(changed ->
                        table.columns.computeIfPresent(column, (name, known) -> new Column(changed, known.notNull())));
            case ROW_SECURITY -> table.rowSecurity = true;
            default -> {
                // Leaves nothing that the hazards of later scripts depend on.
            }
        }
    }

    private void drop(QualifiedName name) {
        relations.remove(name);
        tablesOfIndexes.remove(name);
        tablesOfIndexes.values().removeIf(name::equals);
        children.removeIf(child -> child.name().equals(name) || child.parent().equals(name));
    }

    private void rename(QualifiedName from, QualifiedName to) {
        Relation relation = relations.remove(from);
        if (relation == null) {
            return;
        }
        relations.put(to, relation);
        tablesOfIndexes.replaceAll((index, table) -> table.equals(from) ? to : table);
        QualifiedName table = tablesOfIndexes.remove(from);
        if (table != null) {
            tablesOfIndexes.put(to, table);
        }
        children.replaceAll(child -> new Child(
                child.name().equals(from) ? to : child.name(),
                child.parent().equals(from) ? to : child.parent(),
                child.isPartition(),
                child.isDefault()));
    }

    private List<List<@Nullable String>> facts() {
        relations.forEach(this::facts);
        tablesOfIndexes.forEach((index, table) -> row("index", index, Optional.of(table), "", "", ""));
        children.forEach(child -> row(
                child.isPartition() ? "partition" : "child",
                child.name(),
                Optional.of(child.parent()),
                "",
                child.isDefault() ? "default" : "",
                ""));
        for (ForeignKey key : constraints.foreignKeys()) {
            String columns = joined(key.columns()) + '\u001e' + joined(key.referenced());
            row("foreign key", key.table(), Optional.of(key.references()), key.constraintName(), columns, "");
        }
        for (CheckFact check : constraints.checks()) {
            String columns = String.join("\u001f", check.columns());
            row("check", check.table(), check.constraint().orElse(""), columns, valid(check.validated()));
        }
        for (NotNullProof proof : constraints.proofs()) {
            proof.constraint()
                    .ifPresent(name -> row("not null", proof.table(), name, proof.column(), valid(proof.validated())));
        }
        constraints.constrainedDomains().forEach(domain -> row("constrained", domain, "", "", ""));
        Builtin.FUNCTIONS_OF_POSTGRESQL.forEach(
                function -> row("function", QualifiedName.of("", ""), function, "", ""));
        return rows;
    }

    private void facts(QualifiedName name, Relation relation) {
        Optional<QualifiedName> secured = relation.rowSecurity ? Optional.of(name) : Optional.empty();
        // A size that the server has never counted: the table may have any number of rows.
        row("relation", name, secured, Character.toString(relation.kind), "-1", "0");
        relation.columns.forEach((column, found) -> {
            row("column", name, column, text(found.type()), found.notNull() ? "not null" : "");
            row("type of", name, Optional.of(typeName(found.type())), "", "", "");
        });
        relation.readBy.forEach(table -> row("view", name, Optional.of(table), "", "", ""));
        if (!relation.partitionKey.isEmpty()) {
            row("key", name, "", joined(relation.partitionKey), "");
        }
    }

    private QualifiedName typeName(ColumnType type) {
        return new StatementEffects(defaultSchema).resolvedType(type);
    }

    private static String text(ColumnType type) {
        String modifier = type.modifier().isEmpty()
                ? ""
                : type.modifier().stream().map(String::valueOf).collect(Collectors.joining(",", "(", ")"));
        return type.base() + modifier + (type.plain() ? "" : "[]");
    }

    private static String valid(boolean validated) {
        return validated ? "valid" : "";
    }

    private static String joined(List<String> names) {
        return String.join("\u001f", names);
    }

    private void row(String kind, QualifiedName relation, String name, String detail, String more) {
        row(kind, relation, Optional.empty(), name, detail, more);
    }

    private void row(
            String kind,
            QualifiedName relation,
            Optional<QualifiedName> other,
            String name,
            String detail,
            String more) {
        rows.add(List.of(
                kind,
                relation.schema().orElse(""),
                relation.name(),
                other.flatMap(QualifiedName::schema).orElse(""),
                other.map(QualifiedName::name).orElse(""),
                name,
                detail,
                more));
    }

    /** A class of its own, so that only a catalogue of scripts reads the file. */
    private static final class Builtin {
        static final List<String> FUNCTIONS_OF_POSTGRESQL = read();

        private Builtin() {}

        private static List<String> read() {
            try (InputStream file = Objects.requireNonNull(ReleasedSchema.class.getResourceAsStream(FUNCTIONS))) {
                return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList();
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
    }
}
