package dev.slipway.certs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar, as a process: what was left out of it on purpose must not be missed. */
class CertsJarIT {
    @TempDir
    private Path directory;

    @Test
    void theJarCreatesRenewsAndInspects() throws Exception {
        String dir = directory.toString();

        assertThat(run(0, "create", "--dir", dir, "--dns", "localhost", "--ip", "127.0.0.1", "--validity", "1h"))
                .contains("serving certificate for localhost, 127.0.0.1");
        assertThat(run(0, "renew", "--dir", dir)).contains("serving certificate for localhost, 127.0.0.1");
        assertThat(run(0, "renew", "--dir", dir, "--new-ca")).contains("2 certificates");
        assertThat(run(0, "inspect", dir + "/ca.crt", dir + "/ca.key", dir + "/tls.crt", dir + "/tls.key"))
                .contains("chain   holds");
        assertThat(run(0, "ca-bundle", "--dir", dir)).startsWith("LS0tLS1CRUdJTi");
    }

    @Test
    void exitCodesTellUsageFromFailure() throws Exception {
        assertThat(run(0, "--version")).isEqualTo("slipway-certs " + System.getProperty("slipway.version") + "\n");
        assertThat(run(0, "--help")).contains("ca-bundle");
        assertThat(run(2, "--hepl")).contains("--hepl is unknown");
        assertThat(run(1, "inspect", "/nonexistent")).contains("/nonexistent does not exist");
        assertThat(run(1, "create", "--dir", "/dev/null/x", "--dns", "localhost"))
                .contains("can't write to /dev/null/x")
                .doesNotContain("\tat ");
    }

    private static String run(int expectedExit, String... arguments) throws Exception {
        var command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar"));
        command.add(System.getProperty("slipway.certs.jar"));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isEqualTo(expectedExit);
        return output;
    }
}
