package dev.slipway.bench.contender;

import dev.slipway.bench.measure.Invocation;
import dev.slipway.bench.migrations.MigrationFormat;
import dev.slipway.testkit.postgres.TestDatabase;
import java.nio.file.Path;

/**
 * A program that is compared with the others.
 *
 * @param name with the JDK and its flags, if there is one
 * @param kind what it can be asked for
 * @param format how it wants its migrations
 */
public record Contender(String name, Kind kind, MigrationFormat format, Command command) {
    /** What a program does. */
    public enum Kind {
        /** It connects and runs {@code select 1}: the floor for every tool. */
        FLOOR,
        /** It runs the statements, and knows nothing of a history. */
        STATEMENTS,
        MIGRATOR
    }

    /** The command line for a database and a folder of migrations. */
    @FunctionalInterface
    public interface Command {
        Invocation of(TestDatabase database, Path migrations);
    }

    public Invocation invocation(TestDatabase database, Path migrations) {
        return command.of(database, migrations);
    }
}
