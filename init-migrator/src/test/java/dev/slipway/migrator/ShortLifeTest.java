package dev.slipway.migrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.process.OutputLine;
import dev.slipway.testkit.process.Program;
import java.security.Provider;
import java.security.Security;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs in separate processes, because the JDK reads these properties once. */
class ShortLifeTest {
    @Test
    void whatProvesAPasswordIsAskedBeforeWhatBuildsEveryCurve() {
        List<String> before = providers(false);
        List<String> after = providers(true);
        assertThat(after).containsExactlyInAnyOrderElementsOf(before);
        assertThat(after).startsWith(before.get(0), "SunJCE");
        List<String> others =
                before.stream().filter(each -> !each.equals("SunJCE")).toList();
        assertThat(after.stream().filter(each -> !each.equals("SunJCE")).toList())
                .isEqualTo(others);
    }

    private static List<String> providers(boolean prepared) {
        Program program = Program.of(
                Program.java().toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Providers.class.getName(),
                Boolean.toString(prepared));
        try (var running = program.start()) {
            running.awaitExit();
            return running.output().stream().map(OutputLine::text).toList();
        }
    }

    /** Prints the names of the providers in their order. */
    static final class Providers {
        private Providers() {}

        public static void main(String[] args) throws InterruptedException {
            if (Boolean.parseBoolean(args[0])) {
                ShortLife.prepare().join();
            }
            Arrays.stream(Security.getProviders()).map(Provider::getName).forEach(System.out::println);
        }
    }
}
