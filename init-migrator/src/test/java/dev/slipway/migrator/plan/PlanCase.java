package dev.slipway.migrator.plan;

import dev.slipway.migrator.sql.SqlScript;
import dev.slipway.migrator.sql.SqlStatement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A case in {@code src/test/resources/plan-cases}: {@code <case>.sql}, and {@code <case>.txt} with the table that it gives.
 * Lines {@code -- script: NAME} split the file into several scripts; a new case is a new pair of files.
 */
record PlanCase(Path sql) {
    private static final Path FOLDER = Path.of("src/test/resources/plan-cases");
    private static final String SEPARATOR = "-- script: ";

    static List<PlanCase> all() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".sql"))
                    .sorted()
                    .map(PlanCase::new)
                    .toList();
        }
    }

    MigrationPlan plan() throws IOException {
        return MigrationPlan.of(scripts(), "public", Catalogue.UNASKED);
    }

    List<SqlStatement> statements() throws IOException {
        return scripts().stream()
                .flatMap(each -> each.script().statements().stream())
                .toList();
    }

    private List<PlannedScript> scripts() throws IOException {
        List<PlannedScript> scripts = new ArrayList<>();
        for (String part : Files.readString(sql).split("(?m)^(?=" + SEPARATOR + ")", -1)) {
            if (!part.isEmpty()) {
                scripts.add(script(part));
            }
        }
        return scripts;
    }

    private PlannedScript script(String part) {
        if (!part.startsWith(SEPARATOR)) {
            return new PlannedScript("V1__" + this + ".sql", SqlScript.parse(part));
        }
        String[] nameAndText = part.substring(SEPARATOR.length()).split("\n", 2);
        return new PlannedScript(nameAndText[0], SqlScript.parse(nameAndText[1]));
    }

    Path expected() {
        return FOLDER.resolve(this + ".txt");
    }

    @Override
    public String toString() {
        return sql.getFileName().toString().replace(".sql", "");
    }
}
