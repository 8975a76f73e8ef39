package dev.slipway.testkit.postgres;

import dev.slipway.testkit.files.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A PostgreSQL server of its own: own data folder, own port on 127.0.0.1, own Unix socket folder, SCRAM passwords for
 * everybody. It ends with {@link #close}, at the latest with this JVM, however that ends.
 *
 * <p>Two roles exist: the superuser {@value #SUPERUSER}, and {@value #OWNER}, an ordinary role that owns the databases
 * made by {@link #createDatabase}. Thread-safe.
 */
public final class PostgresServer implements AutoCloseable {
    public static final String SUPERUSER = "postgres";
    public static final String OWNER = "app";

    private static final Duration START = Duration.ofSeconds(90);
    private static final int ATTEMPTS_FOR_A_PORT = 5;
    private static final String HOST = "127.0.0.1";

    /** Fast rather than durable: nothing here outlives the tests. */
    private static final Map<String, String> DEFAULTS = Map.of(
            "fsync", "off",
            "full_page_writes", "off",
            "synchronous_commit", "off",
            "shared_buffers", "32MB",
            "timezone", "UTC",
            "log_line_prefix", "%m [%p] %q%u@%d %a ");

    private final Major major;
    private final PostgresBinaries binaries;
    private final ServerAccount account;
    private final Path folder;
    private final String superuserPassword;
    private final String ownerPassword = ClusterTemplate.randomPassword();
    private final AtomicInteger databases = new AtomicInteger();
    private ServerProcess process;
    private int port;

    private PostgresServer(Major major, Map<String, String> settings) throws IOException {
        this.major = major;
        this.binaries = PostgresBinaries.unpacked(major);
        this.folder = Files.createTempDirectory("slipway-pg" + major.number() + "-");
        this.account = ServerAccount.forFilesLike(folder);
        account.own(folder);
        try {
            ClusterTemplate template = ClusterTemplate.of(binaries, account);
            this.superuserPassword = template.password();
            initialise(template, settings);
            this.process = startOnFreePort();
            createOwner();
        } catch (IOException | RuntimeException failed) {
            Folders.delete(folder);
            throw failed;
        }
    }

    /**
     * Starts a server and returns when it accepts connections; that takes about a second.
     *
     * @param settings lines of {@code postgresql.conf}, on top of fast and unsafe defaults ({@code fsync=off} and the
     *     like); "port" and "listen_addresses" are not for the caller to choose
     */
    public static PostgresServer start(Major major, Map<String, String> settings) {
        try {
            return new PostgresServer(major, settings);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot start " + major, failed);
        }
    }

    /** The folder of a major's programs: {@code bin}, {@code lib} and {@code share}. */
    public static Path programs(Major major) {
        return PostgresBinaries.unpacked(major).home();
    }

    /** {@link #start(Major, Map)} with the defaults. */
    public static PostgresServer start(Major major) {
        return start(major, Map.of());
    }

    /** The same, but it keeps its log in an archive, so that it can be restored to a point in time. */
    public static PostgresServer startArchiving(Major major) {
        // Both servers run these in their data folder.
        return start(
                major,
                Map.of(
                        "archive_mode", "on",
                        "archive_command", "mkdir -p ../archive && cp %p ../archive/%f",
                        "restore_command", "cp ../archive/%f %p"));
    }

    public Major major() {
        return major;
    }

    /** On 127.0.0.1; stays the same across restarts. */
    public int port() {
        return port;
    }

    /** The folder of the Unix socket, as libpq's {@code host} takes it. */
    public Path socketFolder() {
        return folder.resolve("socket");
    }

    /** The server's log, which grows. */
    public Path log() {
        return folder.resolve("server.log");
    }

    /** For JDBC, without credentials. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://" + HOST + ":" + port + "/" + database;
    }

    /** {@code postgres://app:…@127.0.0.1:…/database}: with the owner's password, so not for logs. */
    public String url(String database) {
        return "postgres://" + OWNER + ":" + ownerPassword + "@" + HOST + ":" + port + "/" + database;
    }

    /** The password of {@value #OWNER}. */
    public String ownerPassword() {
        return ownerPassword;
    }

    /** The password of {@value #SUPERUSER}. */
    public String superuserPassword() {
        return superuserPassword;
    }

    /** A new, empty database that belongs to {@value #OWNER}. */
    public TestDatabase createDatabase() {
        return createDatabase("template1");
    }

    /** A new database that belongs to {@value #OWNER} and is a copy of another one, which must have no connections. */
    public TestDatabase createDatabase(String template) {
        String name = "test_" + databases.incrementAndGet();
        execute("CREATE DATABASE " + name + " OWNER " + OWNER + " TEMPLATE \"" + template + "\"");
        return new TestDatabase(this, name);
    }

    /** Ends the sessions of a database and drops it. */
    public void dropDatabase(String name) {
        execute("DROP DATABASE IF EXISTS \"" + name + "\" WITH (FORCE)");
    }

    /** A connection of the superuser; the caller closes it. */
    public Connection connectAsSuperuser(String database) throws SQLException {
        return Connections.open(jdbcUrl(database), SUPERUSER, superuserPassword);
    }

    /** A connection of {@value #OWNER}; the caller closes it. */
    public Connection connect(String database) throws SQLException {
        return Connections.open(jdbcUrl(database), OWNER, ownerPassword);
    }

    /** Runs one statement as the superuser in the database "postgres". */
    public void execute(String sql) {
        try (Connection connection = connectAsSuperuser("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed.getMessage(), failed);
        }
    }

    /**
     * Stops and starts the server on the same port; returns when it accepts connections again.
     *
     * @param immediate as {@code pg_ctl restart -m immediate}: like a crash, with recovery; otherwise {@code -m fast}
     */
    public synchronized void restart(boolean immediate) {
        stop(immediate);
        startAgain();
    }

    /** Stops the server and keeps its data; nothing listens on the port afterwards. */
    public synchronized void stop(boolean immediate) {
        process.stop(immediate);
    }

    /** Starts the stopped server on the same port; returns when it accepts connections. */
    public synchronized void startAgain() {
        process = launch();
        awaitConnections();
    }

    /**
     * Starts it again as a hot standby, for good: it replays its own log and waits for more, also without a primary.
     */
    public synchronized void becomeStandby() {
        stop(false);
        try {
            account.own(Files.createFile(dataFolder().resolve("standby.signal")));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        startAgain();
    }

    /**
     * Copies the data folder of the running server between {@code pg_backup_start} and {@code pg_backup_stop}, which is
     * what pg_basebackup does; that program is not among the binaries.
     */
    public synchronized void takeBaseBackup() {
        boolean renamed = major.number() >= 15;
        try (Connection connection = connectAsSuperuser("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute(
                    renamed
                            ? "select pg_backup_start('backup', true)"
                            : "select pg_start_backup('backup', true, false)");
            Folders.delete(backupFolder());
            Programs.run(
                    folder,
                    account.command(List.of(
                            "cp", "-a", dataFolder().toString(), backupFolder().toString())));
            try (ResultSet stopped = statement.executeQuery(
                    "select labelfile from " + (renamed ? "pg_backup_stop()" : "pg_stop_backup(false)"))) {
                stopped.next();
                account.own(Files.writeString(backupFolder().resolve("backup_label"), stopped.getString(1)));
            }
            Files.delete(backupFolder().resolve("postmaster.pid"));
        } catch (SQLException | IOException failed) {
            throw new IllegalStateException("no backup of " + this, failed);
        }
    }

    /**
     * Replaces the data of the server by the backup, and replays the archived log up to this restore point; returns when
     * the server takes writes.
     */
    public synchronized void restoreTo(String restorePoint) {
        // A fast shutdown archives the last segment of the log.
        stop(false);
        Folders.delete(dataFolder());
        try {
            Files.move(backupFolder(), dataFolder());
            Files.writeString(
                    dataFolder().resolve("postgresql.conf"),
                    "recovery_target_name = '" + restorePoint + "'\nrecovery_target_action = 'promote'\n",
                    StandardOpenOption.APPEND);
            account.own(Files.createFile(dataFolder().resolve("recovery.signal")));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        startAgain();
        awaitEndOfRecovery();
    }

    private void awaitEndOfRecovery() {
        long deadline = System.nanoTime() + START.toNanos();
        while (isInRecovery()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(this + " still recovers; its log ends with:\n" + logTail());
            }
            pause();
        }
    }

    private boolean isInRecovery() {
        try (Connection connection = connectAsSuperuser("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_is_in_recovery()")) {
            return row.next() && row.getBoolean(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed.getMessage(), failed);
        }
    }

    /** Stops the server and deletes its data. */
    @Override
    public synchronized void close() {
        process.stop(true);
        Folders.delete(folder);
    }

    @Override
    public String toString() {
        return major + " on port " + port;
    }

    private void initialise(ClusterTemplate template, Map<String, String> settings) throws IOException {
        account.own(Files.createDirectory(socketFolder()));
        template.copyTo(dataFolder());
        configure(settings);
    }

    private void configure(Map<String, String> settings) throws IOException {
        var all = new LinkedHashMap<>(DEFAULTS);
        all.put("listen_addresses", HOST);
        all.put("unix_socket_directories", socketFolder().toString());
        all.putAll(settings);
        var lines = new StringBuilder();
        all.forEach((name, value) -> lines.append(name)
                .append(" = '")
                .append(value.replace("'", "''"))
                .append("'\n"));
        Files.writeString(dataFolder().resolve("postgresql.conf"), lines, StandardOpenOption.APPEND);
    }

    private Path backupFolder() {
        return folder.resolve("backup");
    }

    private Path dataFolder() {
        return folder.resolve("data");
    }

    /** Another process may take a free port before the server does, so a few are tried. */
    private ServerProcess startOnFreePort() throws IOException {
        for (int attempt = 1; ; attempt++) {
            port = freePort();
            process = launch();
            try {
                awaitConnections();
                return process;
            } catch (IllegalStateException failed) {
                process.stop(true);
                boolean portTaken = logTail().contains("could not create any TCP/IP sockets");
                if (!portTaken || attempt == ATTEMPTS_FOR_A_PORT) {
                    throw failed;
                }
            }
        }
    }

    private ServerProcess launch() {
        return ServerProcess.start(
                folder,
                log(),
                account.command(List.of(
                        binaries.program("postgres").toString(),
                        "-D",
                        dataFolder().toString(),
                        "-p",
                        "" + port)));
    }

    private void awaitConnections() {
        long deadline = System.nanoTime() + START.toNanos();
        while (true) {
            try {
                connectAsSuperuser("postgres").close();
                return;
            } catch (SQLException notYet) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new IllegalStateException(this + " does not start; its log ends with:\n" + logTail(), notYet);
                }
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the server", interrupted);
        }
    }

    private void createOwner() {
        execute("CREATE ROLE " + OWNER + " LOGIN PASSWORD '" + ownerPassword + "'");
    }

    private String logTail() {
        try {
            List<String> lines = Files.readAllLines(log(), StandardCharsets.ISO_8859_1);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            return socket.getLocalPort();
        }
    }
}
