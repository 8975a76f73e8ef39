package dev.slipway.migrator.it;

import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.Prerequisite;
import dev.slipway.testkit.process.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The whole schema of a database as text, without the history table and the ledger. */
final class SchemaDump {
    private static final Path PG_DUMP = Path.of("/usr/bin/pg_dump");

    private static final List<String> CATALOG = List.of(
            "select table_name || '.' || column_name || ' ' || ordinal_position || ' ' || data_type || ' '"
                    + " || is_nullable || ' ' || coalesce(column_default, '') from information_schema.columns"
                    + " where table_schema = 'public' and table_name not in ('flyway_schema_history', 'slipway_run', 'slipway_snapshot') order by 1",
            "select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) || convalidated"
                    + " from pg_constraint where connamespace = 'public'::regnamespace and conrelid::regclass::text"
                    + " not in ('flyway_schema_history', 'slipway_run', 'slipway_snapshot') order by 1",
            "select indexdef from pg_indexes where schemaname = 'public'"
                    + " and tablename not in ('flyway_schema_history', 'slipway_run', 'slipway_snapshot') order by 1",
            "select viewname || ' ' || definition from pg_views where schemaname = 'public' order by 1");

    private SchemaDump() {}

    /** Uses pg_dump if it supports the server's version, or the catalog if pg_dump is older than the server. */
    static String of(TestDatabase database) {
        return canDump(database) ? dump(database) : catalog(database);
    }

    private static boolean canDump(TestDatabase database) {
        if (!Files.isExecutable(PG_DUMP)) {
            throw Prerequisite.missing("pg_dump is missing; install it with: apt-get install postgresql-client");
        }
        String version = text(Program.of(PG_DUMP.toString(), "--version"))
                .replaceAll("\\D+(\\d+).*", "$1")
                .strip();
        int server = Integer.parseInt(database.query("show server_version_num")) / 10000;
        return Integer.parseInt(version) >= server;
    }

    private static String dump(TestDatabase database) {
        return text(Program.of(
                                PG_DUMP.toString(),
                                "--schema-only",
                                "--exclude-table=flyway_schema_history",
                                "--exclude-table=slipway_*")
                        .withEnv(database.env()))
                // Newer versions put a random word around a dump.
                .replaceAll("(?m)^.*(un)?restrict .*$", "");
    }

    private static String text(Program program) {
        try (var running = program.start()) {
            var ended = running.awaitExit(Migrator.DEADLINE);
            if (ended.exitCode() != 0) {
                throw new AssertionError(ended.toString());
            }
            return String.join("\n", ended.stdout());
        }
    }

    private static String catalog(TestDatabase database) {
        var lines = new ArrayList<String>();
        CATALOG.forEach(sql -> lines.addAll(database.rows(sql)));
        return String.join("\n", lines);
    }
}
