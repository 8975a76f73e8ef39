package dev.slipway.migrator.preflight;

import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.Prerequisite;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A real PgBouncer in front of one database, on loopback; it ends with {@link #close}. */
public final class PgBouncer implements AutoCloseable {
    private static final List<Path> PLACES = List.of(
            Path.of("/usr/sbin/pgbouncer"), Path.of("/usr/bin/pgbouncer"), Path.of("/opt/homebrew/bin/pgbouncer"));

    private final Process process;
    private final int port;
    private final TestDatabase database;

    private PgBouncer(Process process, int port, TestDatabase database) {
        this.process = process;
        this.port = port;
        this.database = database;
    }

    /** @param folder an empty one; PgBouncer, which does not run as root, must be able to read it */
    public static PgBouncer start(TestDatabase database, String poolMode, Path folder) throws IOException {
        Path program = program();
        int port = freePort();
        Path users = Files.writeString(
                folder.resolve("users.txt"), "\"" + database.user() + "\" \"" + database.password() + "\"\n");
        Path config = Files.writeString(folder.resolve("pgbouncer.ini"), """
                [databases]
                %1$s = host=127.0.0.1 port=%2$d dbname=%1$s
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %3$d
                unix_socket_dir =
                auth_type = scram-sha-256
                auth_file = %4$s
                pool_mode = %5$s
                default_pool_size = 5
                """.formatted(
                        database.name(), database.server().port(), port, users, poolMode));
        Process process = new ProcessBuilder(command(program, config))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        awaitPort(process, port, folder.resolve("log"));
        return new PgBouncer(process, port, database);
    }

    public Map<String, String> env() {
        var env = new HashMap<>(database.env());
        env.put("PGPORT", Integer.toString(port));
        return env;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Path program() {
        for (Path place : PLACES) {
            if (Files.isExecutable(place)) {
                return place;
            }
        }
        throw Prerequisite.missing("PgBouncer is missing; install it with: apt-get install pgbouncer");
    }

    private static List<String> command(Path program, Path config) throws IOException {
        var command = new ArrayList<String>();
        if (Integer.valueOf(0).equals(Files.getAttribute(config, "unix:uid"))) {
            command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        }
        command.addAll(List.of(program.toString(), config.toString()));
        return command;
    }

    private static void awaitPort(Process process, int port, Path log) throws IOException {
        long deadline = System.nanoTime() + 30_000_000_000L;
        while (System.nanoTime() < deadline && process.isAlive()) {
            try {
                new Socket(loopback(), port).close();
                return;
            } catch (IOException notYet) {
                pause();
            }
        }
        throw new IllegalStateException("PgBouncer does not start: " + Files.readString(log));
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, loopback())) {
            return socket.getLocalPort();
        }
    }

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }
}
