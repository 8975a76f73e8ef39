package dev.slipway.e2e.cluster;

import dev.slipway.testkit.kubelet.LocalImage;
import dev.slipway.testkit.postgres.Major;
import dev.slipway.testkit.postgres.PostgresServer;
import dev.slipway.testkit.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The image {@code postgres} of Docker Hub as parts of this machine: a real server, its entry point in short, and psql.
 * The played node has neither DNS nor addresses of Services, so one address stands for the Service of the server.
 */
public final class PostgresImage {
    /** One for each JVM that shares the module's tests; pods have theirs from 127.10.0.1 on. */
    public static final String ADDRESS = "127.9.0." + (1 + Integer.getInteger("slipway.fork", 0));

    private PostgresImage() {}

    /** @param folder for files of the image */
    public static LocalImage of(Major major, Path folder) throws IOException {
        Path passwd = Files.writeString(folder.resolve("passwd"), "postgres:x:999:999::/tmp:/bin/sh\n");
        return knows(
                "postgres",
                LocalImage.of("/docker-entrypoint.sh")
                        .withUser(0)
                        .withFiles(
                                "/docker-entrypoint.sh",
                                Program.inSourceTree("e2e/src/test/resources/docker-entrypoint.sh"))
                        .withFiles("/opt/postgres", PostgresServer.programs(major))
                        .withFiles("/etc/passwd", passwd)
                        .withEnv("PGDATA", "/var/lib/postgresql/" + major.number() + "/docker")
                        .withEnv("LISTEN_ADDRESS", ADDRESS),
                folder);
    }

    /** The image on a node whose DNS knows the Service of the server. */
    public static LocalImage knows(String service, LocalImage image, Path folder) throws IOException {
        Path hosts =
                Files.writeString(folder.resolve("hosts"), "127.0.0.1 localhost\n" + ADDRESS + " " + service + "\n");
        return image.withFiles("/etc/hosts", hosts);
    }
}
