package dev.slipway.bench.migrations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How a tool wants its migrations written. Each method writes one set into an empty folder. */
public enum MigrationFormat {
    /** One file with all statements. */
    PSQL {
        @Override
        void write(MigrationSet set, Path folder) throws IOException {
            write(folder.resolve("all.sql"), String.join(";\n", set.statements()) + ";\n");
        }
    },
    FLYWAY {
        @Override
        void write(MigrationSet set, Path folder) throws IOException {
            for (int number = 1; number <= set.size(); number++) {
                write(folder.resolve("V%04d__bench.sql".formatted(number)), set.statement(number) + ";\n");
            }
        }
    },
    LIQUIBASE {
        @Override
        void write(MigrationSet set, Path folder) throws IOException {
            var changelog = new StringBuilder("--liquibase formatted sql\n");
            for (int number = 1; number <= set.size(); number++) {
                changelog.append("\n--changeset bench:").append(number);
                changelog.append(set.isConcurrent(number) ? " runInTransaction:false\n" : "\n");
                changelog.append(set.statement(number)).append(";\n");
            }
            write(folder.resolve("changelog.sql"), changelog.toString());
        }
    },
    DRIZZLE {
        @Override
        void write(MigrationSet set, Path folder) throws IOException {
            var entries = new StringBuilder();
            for (int number = 1; number <= set.size(); number++) {
                String tag = "%04d_bench".formatted(number - 1);
                entries.append(number == 1 ? "" : ",").append("""
                        {"idx": %d, "version": "7", "when": %d, "tag": "%s", "breakpoints": true}
                        """.formatted(number - 1, FIRST_MILLIS + number, tag));
                write(folder.resolve(tag + ".sql"), set.statement(number) + ";\n");
            }
            Files.createDirectory(folder.resolve("meta"));
            write(folder.resolve("meta").resolve("_journal.json"), """
                    {"version": "7", "dialect": "postgresql", "entries": [%s]}
                    """.formatted(entries));
        }
    },
    NODE_PG_MIGRATE {
        @Override
        void write(MigrationSet set, Path folder) throws IOException {
            for (int number = 1; number <= set.size(); number++) {
                String alone = set.isConcurrent(number) ? "pgm.noTransaction(); " : "";
                write(folder.resolve("%d_bench.js".formatted(FIRST_MILLIS + number)), """
                        exports.up = (pgm) => { %spgm.sql(`%s`); };
                        exports.down = false;
                        """.formatted(
                                alone, set.statement(number)));
            }
            write(folder.resolve("package.json"), "{\"type\": \"commonjs\"}\n");
        }
    },
    DBMATE {
        @Override
        void write(MigrationSet set, Path folder) throws IOException {
            for (int number = 1; number <= set.size(); number++) {
                String alone = set.isConcurrent(number) ? " transaction:false" : "";
                write(folder.resolve("2024%010d_bench.sql".formatted(number)), """
                        -- migrate:up%s
                        %s;

                        -- migrate:down
                        """.formatted(
                                alone, set.statement(number)));
            }
        }
    },
    ALEMBIC {
        @Override
        void write(MigrationSet set, Path folder) throws IOException {
            Files.createDirectory(folder.resolve("versions"));
            write(folder.resolve("env.py"), AlembicFiles.ENVIRONMENT);
            write(folder.resolve("alembic.ini"), AlembicFiles.configuration(folder));
            for (int number = 1; number <= set.size(); number++) {
                write(
                        folder.resolve("versions").resolve("m%04d.py".formatted(number)),
                        AlembicFiles.revision(set, number));
            }
        }
    };

    /** A moment in the past, in milliseconds since 1970; the formats that order by time count on from it. */
    private static final long FIRST_MILLIS = 1_700_000_000_000L;

    abstract void write(MigrationSet set, Path folder) throws IOException;

    static void write(Path file, String text) throws IOException {
        Files.writeString(file, text);
    }
}
