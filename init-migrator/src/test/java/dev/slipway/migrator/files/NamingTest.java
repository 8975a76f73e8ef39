package dev.slipway.migrator.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Settings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.internal.resource.ResourceName;
import org.flywaydb.core.internal.resource.ResourceNameParser;
import org.flywaydb.core.internal.util.StringUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a file name means: one table, and Flyway's own reading of the same names as the oracle. */
class NamingTest {
    /** The name, and how it is read, or how the reason begins. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // scripts
                "V1__a.sql                     | VERSIONED 1 a",
                "V1.2.3__a_b__c.sql            | VERSIONED 1.2.3 a b  c",
                "V1_2__a.sql                   | VERSIONED 1.2 a",
                "V1__.sql                      | VERSIONED 1",
                "V1.sql                        | VERSIONED 1",
                "V20260101120000__a.b.sql      | VERSIONED 20260101120000 a.b",
                "R__views.sql                  | REPEATABLE views",
                "B7__start.sql                 | BASELINE 7 start",
                "U7__start.sql                 | UNDO 7 start",
                "afterMigrate.sql              | callback afterMigrate",
                "beforeEachMigrate__log_it.sql | callback beforeEachMigrate",
                "V1__a.sql.conf                | options",
                // misnamed SQL
                "seed.sql                      | is misnamed: it starts with none of V",
                "V1_one.sql                    | is misnamed: two underscores have to separate the description; rename it, or set migration-separator to _",
                "V1-one.sql                    | is misnamed: two underscores have to separate the description; rename it, or set migration-separator to -",
                "Vone__two.sql                 | is misnamed: 'one' is not a version",
                "V__two.sql                    | is misnamed: '' is not a version",
                "R1__views.sql                 | is misnamed: a repeatable migration has no version",
                "v1__a.sql                     | is misnamed: it starts with none of V, R, B and U and is no callback; rename it, or set migration-prefix to v",
                "aftermigrate.sql              | is misnamed: it starts with none of V",
                "20260101120000__a.sql         | is misnamed: it starts with none of V, R, B and U and is no callback; rename it, or set migration-prefix to none",
                "20260101120000_a.sql          | is misnamed: it starts with none of V, R, B and U and is no callback; rename it, or set migration-prefix to none and migration-separator to _",
                "001-a.sql                     | is misnamed: it starts with none of V, R, B and U and is no callback; rename it, or set migration-prefix to none and migration-separator to -",
                // another suffix
                "V2__b.SQL                     | ends with .SQL, which is not .sql; rename it, or add .SQL to migration-suffixes",
                "R__b.Sql                      | ends with .Sql",
                "afterMigrate.sQL              | ends with .sQL",
                "notes.SQL                     | ends with .SQL",
                "V1__a.sql.CONF                | would configure a script",
                "V1__a.SQL.conf                | would configure a script",
                "V2__b.py                      | is named like a migration or a callback, but ends with .py, and nothing is run but SQL",
                "V2__b.SH                      | is named like a migration or a callback, but ends with .sh",
                "R__b.ps1                      | is named like",
                "V2.1__b.bash                  | is named like",
                "V3.bat                        | is named like",
                "R.cmd                         | is named like",
                "U2__b.sh                      | is named like",
                "B2__b.py                      | is named like",
                "v2__b.py                      | is named like",
                "V2__b                         | is named like a migration or a callback, but has no suffix",
                "V2.1__b                       | is named like a migration or a callback, but has no suffix",
                "V2                            | is named like",
                "afterMigrate                  | is named like",
                "afterMigrate.sh               | is named like",
                "AfterMigrate.sh               | is named like",
                "afterMigrate__notify.py       | is named like",
                "beforeConnect.bash            | is named like",
                "V2__b.java                    | is named like",
                "V2__b.class                   | is named like",
                "V2__b.groovy                  | is named like",
                "V2__b.psql                    | is named like",
                "V2__b.sql.gz                  | is named like",
                "V2__b.sql.txt                 | is named like a migration or a callback, but ends with .txt",
                "V2__b.sql.                    | is named like",
                ".V2__b.sql                    | is hidden",
                "..V2__b.sql                   | is hidden",
                ".afterMigrate.sql             | is hidden",
                // other files
                "README.md                     | -",
                "README                        | -",
                "Dockerfile                    | -",
                "LICENSE                       | -",
                "Vagrantfile                   | -",
                "Makefile                      | -",
                "build.sh                      | -",
                "run_all.py                    | -",
                "RUN.sh                        | -",
                ".gitkeep                      | -",
                ".DS_Store                     | -",
                "._V1__a.sql                   | -",
                ".#V1__a.sql                   | -",
                ".V1__a.sql.swp                | -",
                ".sqlfluff                     | -",
                ".scratch.sql                  | -",
                "V1__a.sql~                    | -",
                "#V1__a.sql#                   | -",
                "V1__a.sql.bak                 | -",
                "V1__a.sql.orig                | -",
                "V1__a.sql.disabled            | -",
                "V1__a.md                      | -",
                "V1__schema.png                | -",
                "V1__rows.csv                  | -",
                "V1.txt                        | -",
                "flyway.conf                   | -",
                "values.yaml                   | -",
            })
    void eachNameMeansOneThing(String name, String meaning) {
        assertThat(shown(Naming.of(Settings.DEFAULTS).read(name))).startsWith(meaning == null ? "other" : meaning);
        if (meaning == null) {
            assertThat(shown(Naming.of(Settings.DEFAULTS).read(name))).isEqualTo("other");
        }
    }

    static List<Naming> namings() {
        return List.of(
                Naming.of(Settings.DEFAULTS),
                new Naming("", "R", "U", "__", List.of(".sql")),
                new Naming("", "R", "U", "_", List.of(".sql")),
                new Naming("V", "R", "U", "_", List.of(".sql", ".pgsql")),
                new Naming("v", "r", "u", "-", List.of(".SQL", ".ddl.sql")),
                new Naming("V", "R", "U", "__", List.of(".ddl.sql", ".sql", ".SQL")),
                new Naming("migration-", "VIEW", "undo-", "__", List.of(".pgsql")));
    }

    /** Flyway reads every script of ours in the same way, and we refuse everything that only Flyway would run. */
    @ParameterizedTest
    @MethodSource("namings")
    void flywayReadsTheSame(Naming naming) {
        FluentConfiguration configuration = Flyway.configure()
                .sqlMigrationPrefix(naming.versioned())
                .repeatableSqlMigrationPrefix(naming.repeatable())
                .sqlMigrationSeparator(naming.separator())
                .sqlMigrationSuffixes(naming.suffixes().toArray(String[]::new));
        var parser = new ResourceNameParser(configuration);
        List<String> differences = new ArrayList<>();
        int scripts = 0;
        for (String name : names(naming)) {
            ScriptName ours = naming.read(name);
            Optional<String> flyways = flyways(parser, naming, name);
            boolean undo =
                    ours instanceof ScriptName.Migration migration && migration.kind() == MigrationFile.Kind.UNDO;
            boolean same = flyways.map(shown(ours)::equals).orElse(!isScript(ours) || undo);
            boolean refused = ours instanceof ScriptName.Refused;
            if (!same && !refused && !(ours instanceof ScriptName.Options)) {
                differences.add(name + ": ours " + shown(ours) + ", Flyway's " + flyways);
            }
            scripts += isScript(ours) && !undo ? 1 : 0;
        }
        assertThat(differences).isEmpty();
        assertThat(scripts).isGreaterThan(50);
    }

    private static Set<String> names(Naming naming) {
        List<String> starts = List.of(
                "V",
                "R",
                "B",
                "U",
                "v",
                "",
                "X",
                "VIEW",
                "migration-",
                "afterMigrate",
                "afterMigrateError",
                "AfterMigrate",
                ".");
        List<String> versions = List.of(
                "",
                "1",
                "01",
                "1.2",
                "1_2",
                "1._2",
                "1.",
                "20260101120000",
                "1a",
                "99999999999999999999",
                "-1",
                "1-2",
                "+1",
                "current",
                "\u0661");
        List<String> separators = List.of("", "_", "__", "___", "-");
        List<String> descriptions = List.of("", "a", "a__b.c", "ä ö", "a.sql");
        List<String> suffixes =
                new ArrayList<>(List.of(".sql", ".Sql", ".pgsql", ".sh", ".PY", "", ".", ".conf", ".sql.conf"));
        suffixes.addAll(naming.suffixes());
        return starts.stream()
                .flatMap(start -> versions.stream().map(version -> start + version))
                .flatMap(start -> separators.stream().map(separator -> start + separator))
                .flatMap(start -> descriptions.stream().map(description -> start + description))
                .flatMap(start -> suffixes.stream().map(suffix -> start + suffix))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
    }

    /** What Flyway would run under this name; empty if nothing. */
    private static Optional<String> flyways(ResourceNameParser parser, Naming naming, String name) {
        String[] suffixes = naming.suffixes().toArray(String[]::new);
        Optional<String> read = StringUtils.startsAndEndsWith(name, "", suffixes)
                ? flyways(parser.parse(name), naming)
                : Optional.empty();
        String[] programs = {".cmd", ".bat", ".ps1", ".py", ".sh", ".bash"};
        String extension = StringUtils.getFileNameAndExtension(name).getRight();
        boolean program =
                extension.isEmpty() || Arrays.stream(programs).anyMatch(each -> each.equalsIgnoreCase('.' + extension));
        return read.isPresent() || !program
                ? read
                : flyways(parser.parse(name, programs), naming).map(each -> "program " + each);
    }

    private static Optional<String> flyways(ResourceName name, Naming naming) {
        if (!name.isValid()) {
            return Optional.empty();
        }
        if (Event.fromId(name.getPrefix()) != null) {
            return Optional.of("callback " + name.getPrefix());
        }
        String kind = name.getPrefix().equals(naming.repeatable()) && name.getVersion() == null
                ? "REPEATABLE"
                : name.getPrefix().equals("B") ? "BASELINE" : "VERSIONED";
        String version = name.getVersion() == null ? "" : name.getVersion().getVersion() + " ";
        return Optional.of(kind + ' ' + version + name.getDescription());
    }

    private static boolean isScript(ScriptName name) {
        return name instanceof ScriptName.Migration || name instanceof ScriptName.Callback;
    }

    private static String shown(ScriptName name) {
        if (name instanceof ScriptName.Migration migration) {
            return migration.kind() + " "
                    + migration.version().map(version -> version + " ").orElse("") + migration.description();
        }
        return name instanceof ScriptName.Callback callback
                ? "callback " + callback.event()
                : name instanceof ScriptName.Refused refused
                        ? refused.reason()
                        : name instanceof ScriptName.Options ? "options" : "other";
    }

    @Test
    void prefixesThatCannotBeToldApartAreRefused() {
        var problems = new Problems();
        new Naming("R", "R", "B", "__", List.of(".sql")).check(problems);
        assertThat(problems.list())
                .extracting(Object::toString)
                .containsExactly(
                        "--migration-prefix is 'R', and so is --repeatable-prefix",
                        "the prefix of baseline migrations is 'B', and so is --undo-prefix");
    }
}
