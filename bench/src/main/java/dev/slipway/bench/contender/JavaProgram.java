package dev.slipway.bench.contender;

import dev.slipway.bench.measure.Invocation;
import dev.slipway.testkit.postgres.TestDatabase;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A main class that is started in several ways.
 *
 * @param arguments of the main class, for a database and a folder of migrations
 */
record JavaProgram(String name, List<Path> classPath, String mainClass, Arguments arguments) {
    /** Command-line arguments. */
    @FunctionalInterface
    interface Arguments {
        List<String> of(TestDatabase database, Path migrations);
    }

    /** One compiler tier and the simplest collector: what pays for a program that lives for a moment. */
    private static final List<String> SHORT_LIVED = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    Invocation plain(Jdk jdk, TestDatabase database, Path migrations) {
        return invocation(jdk, List.of(), database, migrations);
    }

    Invocation training(Jdk jdk, Path cache, TestDatabase database, Path migrations) {
        return withFlag(jdk, "-XX:AOTCacheOutput=" + cache, database, migrations);
    }

    Invocation cached(Jdk jdk, Path cache, TestDatabase database, Path migrations) {
        return withFlag(jdk, "-XX:AOTCache=" + cache, database, migrations);
    }

    private Invocation withFlag(Jdk jdk, String flag, TestDatabase database, Path migrations) {
        List<String> flags = new ArrayList<>(SHORT_LIVED);
        flags.add(flag);
        return invocation(jdk, flags, database, migrations);
    }

    private Invocation invocation(Jdk jdk, List<String> flags, TestDatabase database, Path migrations) {
        List<String> command = new ArrayList<>();
        command.add(jdk.java().toString());
        command.addAll(flags);
        command.add("-cp");
        command.add(classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
        command.add(mainClass);
        command.addAll(arguments.of(database, migrations));
        return new Invocation(command, database.env());
    }
}
