package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.testkit.process.ProcessResult;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A migrator that has ended.
 *
 * @param message the termination message, as the kubelet would read it; empty if none was written
 */
record Ended(ProcessResult process, String message) {
    /** Kubernetes cuts off longer messages. */
    private static final int LONGEST_MESSAGE = 4096;

    int exitCode() {
        return process.exitCode();
    }

    String output() {
        return process.text();
    }

    /** Log lines with this text. */
    List<String> lines(String part) {
        return process.stdout().stream().filter(line -> line.contains(part)).toList();
    }

    /** Fails with everything that was printed unless it ended like this. */
    Ended expect(ExitCode code) {
        assertThat(exitCode()).as("%s%n%s", process, message).isEqualTo(code.code());
        assertThat(message).as("termination message of %s", process).contains("\"exitCode\":" + code.code());
        assertThat(message.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(LONGEST_MESSAGE);
        return this;
    }

    /** A readable answer: a sentence, and neither a stack trace nor a secret, in both log and message. */
    Ended expectPlainAnswer(ExitCode code, String secret, String... parts) {
        expect(code);
        for (String text : List.of(output(), message)) {
            assertThat(text).doesNotContain(secret).doesNotContain("\tat ", "Exception", "java.", "org.flywaydb");
            assertThat(text).contains(parts);
        }
        assertThat(message).startsWith("{\"message\":\"").contains("\"wayOut\":\"");
        assertThat(process.stderr()).isEmpty();
        return this;
    }
}
