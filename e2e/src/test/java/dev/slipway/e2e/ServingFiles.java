package dev.slipway.e2e;

import dev.slipway.testkit.process.ProcessResult;
import dev.slipway.testkit.process.Program;
import java.nio.file.Path;
import java.time.Duration;

/** Certificates as files, made by the command that the documentation names. */
public final class ServingFiles {
    private static final String JAR = "certs/target/slipway-certs.jar";

    private ServingFiles() {}

    /** Writes ca.crt, ca.key, tls.crt and tls.key for the webhook's Service and 127.0.0.1. */
    public static void create(Path folder) {
        Program certs = Program.jar(
                Program.inSourceTree(JAR),
                "create",
                "--dir",
                folder.toString(),
                "--dns",
                "slipway-webhook.slipway-system.svc",
                "--ip",
                "127.0.0.1");
        try (var running = certs.start()) {
            ProcessResult result = running.awaitExit(Duration.ofMinutes(1));
            if (result.exitCode() != 0) {
                throw new AssertionError("slipway-certs: " + result);
            }
        }
    }
}
