package dev.slipway.migrator;

import dev.slipway.contract.ExitCode;
import dev.slipway.migrator.session.Termination;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * The process whose classes the ahead-of-time cache holds: one command line after the other, with {@code --} between them.
 * Java makes a cache from one process, while a start takes one of several ways: a folder of Drizzle's needs other classes
 * than one with Flyway's names.
 */
public final class Training {
    private static final String NEXT = "--";

    private Training() {}

    public static void main(String[] args) {
        ShortLife.prepare();
        List<String[]> all = commandLines(args);
        int last = all.size() - 1;
        for (String[] each : all.subList(0, last)) {
            ExitCode code = run(each);
            if (code != ExitCode.OK) {
                System.exit(code.code());
            }
        }
        // The last one runs as every start does, so that the cache holds Main too: without it, each start reads the jar
        // and
        // generates the code of the shutdown hook.
        Main.main(all.get(last));
    }

    private static ExitCode run(String[] commandLine) {
        return new Program(
                        System.getenv(),
                        System.in,
                        System.out,
                        System.err,
                        Clock.systemUTC(),
                        new Termination(),
                        System.nanoTime())
                .run(commandLine);
    }

    static List<String[]> commandLines(String[] args) {
        var all = new ArrayList<String[]>();
        var words = new ArrayList<String>();
        for (String word : args) {
            if (word.equals(NEXT)) {
                all.add(words.toArray(String[]::new));
                words.clear();
            } else {
                words.add(word);
            }
        }
        all.add(words.toArray(String[]::new));
        return all;
    }
}
