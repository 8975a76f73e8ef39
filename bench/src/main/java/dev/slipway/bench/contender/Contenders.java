package dev.slipway.bench.contender;

import dev.slipway.bench.contender.Contender.Command;
import dev.slipway.bench.contender.Contender.Kind;
import dev.slipway.bench.measure.Invocation;
import dev.slipway.bench.migrations.MigrationFormat;
import dev.slipway.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the contenders that this machine can run, and says which it cannot. */
public final class Contenders {
    /** The newest flags that pay, on the newest JDK: the form in which each JVM program is at its best. */
    public static final String BEST = "25 aot";

    private final Workshop workshop;
    private final Optional<Jdk> jdk17;
    private final Optional<Jdk> jdk25;
    private final List<Contender> contenders = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();

    private Contenders(Workshop workshop) throws IOException {
        this.workshop = workshop;
        this.jdk17 = Jdk.find(17);
        this.jdk25 = Jdk.find(25);
    }

    /** @param missing is told what is left out, and why */
    public static List<Contender> prepare(Workshop workshop, List<String> missing)
            throws IOException, InterruptedException {
        var all = new Contenders(workshop);
        all.addFloors();
        all.addSlipway();
        all.addFlyway();
        all.addLiquibase();
        all.addNode();
        all.addAlembic();
        missing.addAll(all.missing);
        return all.contenders;
    }

    private void addFloors() throws IOException, InterruptedException {
        add(
                "psql select 1",
                Kind.FLOOR,
                MigrationFormat.PSQL,
                (database, folder) -> new Invocation(List.of("psql", "-XqAt", "-c", "select 1"), database.env()));
        add(
                "psql, same statements",
                Kind.STATEMENTS,
                MigrationFormat.PSQL,
                (database, folder) -> new Invocation(
                        List.of("psql", "-Xq", "-f", folder.resolve("all.sql").toString()), database.env()));
        addJava(
                Kind.FLOOR,
                MigrationFormat.PSQL,
                new JavaProgram(
                        "JVM + pgjdbc select 1",
                        workshop.classPath("postgresql-"),
                        "dev.slipway.bench.program.SelectOne",
                        (database, folder) -> List.of()));
    }

    private void addSlipway() throws IOException, InterruptedException {
        if (jdk17.isPresent()) {
            Path launcher = installSlipway("17");
            add("slipway 17", Kind.MIGRATOR, MigrationFormat.FLYWAY, slipway(launcher, jdk17.get(), Map.of()));
        }
        if (jdk25.isPresent()) {
            Path plain = installSlipway("25");
            add("slipway 25", Kind.MIGRATOR, MigrationFormat.FLYWAY, slipway(plain, jdk25.get(), Map.of()));
            Path cached = installSlipway("25-aot");
            // As the build does it: one cache for all that a start may do.
            Path drizzle = workshop.trainingFolder(MigrationFormat.DRIZZLE);
            workshop.train(
                    MigrationFormat.FLYWAY,
                    slipway(
                            cached,
                            jdk25.get(),
                            Map.of("SLIPWAY_AOT", "train"),
                            "--preflight",
                            "--",
                            "migrate",
                            "--preflight",
                            "--migrations",
                            drizzle.toString(),
                            "--log-format",
                            "json",
                            "--schema",
                            "trained",
                            "--create-schema",
                            "true"));
            add("slipway " + BEST, Kind.MIGRATOR, MigrationFormat.FLYWAY, slipway(cached, jdk25.get(), Map.of()));
            add(
                    "slipway with pre-flight " + BEST,
                    Kind.MIGRATOR,
                    MigrationFormat.FLYWAY,
                    slipway(cached, jdk25.get(), Map.of(), "--preflight"));
            add(
                    "slipway, Drizzle folder " + BEST,
                    Kind.MIGRATOR,
                    MigrationFormat.DRIZZLE,
                    slipway(cached, jdk25.get(), Map.of()));
        }
    }

    /** In the layout of the image, so that each variant has a cache of its own, or none. */
    private Path installSlipway(String variant) throws IOException {
        Path home = workshop.work().resolve("slipway-" + variant);
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib"));
        Files.copy(workshop.target("init-migrator", "slipway.jar"), home.resolve("lib/slipway.jar"));
        Path launcher = home.resolve("bin/slipway");
        Files.copy(workshop.root().resolve("init-migrator/bin/slipway"), launcher);
        if (!launcher.toFile().setExecutable(true)) {
            throw new IOException("cannot make " + launcher + " executable");
        }
        return launcher;
    }

    private static Command slipway(Path launcher, Jdk jdk, Map<String, String> more, String... flags) {
        return (database, folder) -> {
            Map<String, String> env = new HashMap<>(database.env());
            env.put("SLIPWAY_JAVA", jdk.java().toString());
            env.putAll(more);
            List<String> command = new ArrayList<>(
                    List.of(launcher.toString(), "migrate", "--migrations", folder.toString(), "--log-format", "json"));
            command.addAll(List.of(flags));
            return new Invocation(command, env);
        };
    }

    private void addFlyway() throws IOException, InterruptedException {
        List<Path> core = workshop.classPath("postgresql-", "flyway-", "jackson-");
        addJava(Kind.MIGRATOR, MigrationFormat.FLYWAY, flywayCore("Flyway Core, session lock", "session", core));
        addJava(Kind.MIGRATOR, MigrationFormat.FLYWAY, flywayCore("Flyway Core, default lock", "transaction", core));
        Path commandLine = workshop.peer("flyway-cli");
        if (!Files.isDirectory(commandLine)) {
            missing.add("Flyway command line: bench/peers/install was not run");
            return;
        }
        // Without its shell script, whose class path starts with the current folder: no cache could be used.
        addJava(
                Kind.MIGRATOR,
                MigrationFormat.FLYWAY,
                new JavaProgram(
                        "Flyway command line",
                        workshop.jarsBelow(commandLine),
                        "org.flywaydb.commandline.Main",
                        Contenders::flywayArguments));
    }

    private static JavaProgram flywayCore(String name, String lock, List<Path> classPath) {
        return new JavaProgram(
                name,
                classPath,
                "dev.slipway.bench.program.FlywayCore",
                (database, folder) -> List.of(folder.toString(), lock));
    }

    private static List<String> flywayArguments(TestDatabase database, Path folder) {
        return List.of(
                "-url=" + database.jdbcUrl(),
                "-user=" + database.user(),
                "-password=" + database.password(),
                "-locations=filesystem:" + folder,
                "-postgresql.transactional.lock=false",
                "-lockRetryCount=-1",
                "-skipCheckForUpdate",
                "migrate");
    }

    private void addLiquibase() throws IOException, InterruptedException {
        Path liquibase = workshop.peer("liquibase");
        if (!Files.isDirectory(liquibase)) {
            missing.add("Liquibase: bench/peers/install was not run");
            return;
        }
        addJava(
                Kind.MIGRATOR,
                MigrationFormat.LIQUIBASE,
                new JavaProgram(
                        "Liquibase",
                        workshop.jarsBelow(liquibase),
                        "liquibase.integration.commandline.LiquibaseCommandLine",
                        (database, folder) -> List.of(
                                "--url=" + database.jdbcUrl(),
                                "--username=" + database.user(),
                                "--password=" + database.password(),
                                "--search-path=" + folder,
                                "--changelog-file=changelog.sql",
                                "update")));
    }

    private void addNode() {
        Path modules = workshop.peer("npm").resolve("node_modules");
        if (!Files.isDirectory(modules)) {
            missing.add("drizzle-orm, node-pg-migrate, dbmate: bench/peers/install was not run, or found no npm");
            return;
        }
        add(
                "drizzle-orm",
                Kind.MIGRATOR,
                MigrationFormat.DRIZZLE,
                (database, folder) -> new Invocation(
                        List.of(
                                "node",
                                workshop.peer("npm").resolve("drizzle.mjs").toString(),
                                folder.toString()),
                        database.env()));
        add(
                "node-pg-migrate",
                Kind.MIGRATOR,
                MigrationFormat.NODE_PG_MIGRATE,
                (database, folder) -> new Invocation(
                        List.of(
                                "node",
                                modules.resolve("node-pg-migrate/bin/node-pg-migrate.js")
                                        .toString(),
                                "up",
                                "--migrations-dir",
                                folder.toString(),
                                "--ignore-pattern",
                                "package.json"),
                        withUrl(database)));
        add(
                "dbmate",
                Kind.MIGRATOR,
                MigrationFormat.DBMATE,
                (database, folder) -> new Invocation(
                        List.of(
                                modules.resolve("@dbmate/linux-x64/bin/dbmate").toString(),
                                "--no-dump-schema",
                                "--migrations-dir",
                                folder.toString(),
                                "up"),
                        withUrl(database)));
    }

    private void addAlembic() {
        Path alembic = workshop.peer("python").resolve("bin/alembic");
        if (!Files.exists(alembic)) {
            missing.add("alembic: bench/peers/install was not run, or found no Python");
            return;
        }
        add(
                "alembic",
                Kind.MIGRATOR,
                MigrationFormat.ALEMBIC,
                (database, folder) -> new Invocation(
                        List.of(
                                alembic.toString(),
                                "-c",
                                folder.resolve("alembic.ini").toString(),
                                "upgrade",
                                "head"),
                        database.env()));
    }

    private static Map<String, String> withUrl(TestDatabase database) {
        return Map.of("DATABASE_URL", database.url() + "?sslmode=disable");
    }

    private void addJava(Kind kind, MigrationFormat format, JavaProgram program)
            throws IOException, InterruptedException {
        jdk17.ifPresent(jdk ->
                add(program.name() + " 17", kind, format, (database, folder) -> program.plain(jdk, database, folder)));
        if (jdk25.isPresent()) {
            Jdk jdk = jdk25.get();
            add(program.name() + " 25", kind, format, (database, folder) -> program.plain(jdk, database, folder));
            addCached(jdk, kind, format, program);
        }
    }

    private void addCached(Jdk jdk, Kind kind, MigrationFormat format, JavaProgram program)
            throws IOException, InterruptedException {
        Path cache = workshop.work().resolve(program.name().replaceAll("\\W+", "-") + ".aot");
        // With its default lock, Flyway would wait for itself.
        if (!program.name().contains("default lock")) {
            workshop.train(format, (database, folder) -> program.training(jdk, cache, database, folder));
            add(
                    program.name() + " " + BEST,
                    kind,
                    format,
                    (database, folder) -> program.cached(jdk, cache, database, folder));
        }
    }

    private void add(String name, Kind kind, MigrationFormat format, Command command) {
        contenders.add(new Contender(name, kind, format, command));
    }
}
