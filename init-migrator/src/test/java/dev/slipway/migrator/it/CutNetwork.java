package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.Major;
import dev.slipway.testkit.postgres.PostgresServer;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.Program;
import dev.slipway.testkit.process.RunningProcess;
import dev.slipway.testkit.process.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One scene of {@link CutNetworkIT}, in a network namespace of its own, beside which it makes a second one. */
final class CutNetwork {
    /** The promise is 30 s; the rest is for a busy machine. The kernel's default would be two hours. */
    private static final Duration LET_GO = Duration.ofSeconds(60);

    private static final String SERVER_SIDE = "10.231.7.1";
    private static final String MIGRATOR_SIDE = "10.231.7.2";

    /** What is running at the moment of the cut. */
    enum Scene {
        /** A long statement runs, and the migrator waits for its end. */
        SERVER_WORKS("select pg_sleep(600);"),
        /** The migrator is about to send the next statement. */
        MIGRATOR_SENDS("select pg_sleep(3);\ncopy once from stdin;\n2\n\\.\n");

        private final String sql;

        Scene(String sql) {
            this.sql = sql;
        }
    }

    private final Scene scene;
    private final Path folder;
    private final RunningProcess node;

    private CutNetwork(Scene scene, Path folder, RunningProcess node) {
        this.scene = scene;
        this.folder = folder;
        this.node = node;
    }

    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of(args[1]));
        try (RunningProcess node =
                Program.of("unshare", "--net", "--", "sleep", "3600").start()) {
            new CutNetwork(Scene.valueOf(args[0]), folder, node).play();
        }
    }

    private void play() {
        connectTheNamespaces();
        var settings = Map.of("listen_addresses", "127.0.0.1," + SERVER_SIDE);
        try (PostgresServer server = PostgresServer.start(Major.NEWEST, settings)) {
            admitTheOtherSide(server);
            TestDatabase database = server.createDatabase();
            Scripts scripts = Scripts.in(folder)
                    .with("V1__once.sql", "create table once (id int); insert into once values (1);")
                    .with("V2__cut.sql", scene.sql);
            Migrator migrator = Migrator.of(database, scripts, folder).with(Setting.CONNECT_TIMEOUT, "20s");
            try (Replica cutOff = startOnTheOtherSide(migrator)) {
                cutIn(database, cutOff);
                long cut = System.nanoTime();
                awaitFreeLock(database, cutOff, cut);
                scripts.with("V2__cut.sql", "select pg_sleep(0); insert into once values (2);");
                migrator.start("api-1").awaitEnd().expect(ExitCode.OK);
                Ended ended = cutOff.awaitEnd(Duration.ofMinutes(3));
                System.out.println("the migrator ended after " + secondsSince(cut) + " s: " + ended.message());
                ended.expect(ExitCode.DATABASE_UNREACHABLE);
                assertThat(ended.message()).contains("cannot connect to");
            }
            assertThat(History.applied(database)).containsExactly("1", "2");
            assertThat(database.rows("select id from once order by 1")).containsExactly("1", "2");
        }
    }

    private void cutIn(TestDatabase database, Replica replica) {
        replica.awaitLine("\"migrating\"");
        Eventually.runs(database, "select pg_sleep");
        if (scene == Scene.MIGRATOR_SENDS) {
            replica.signal(Signal.STOP);
            Sessions.awaitState(database, replica, "idle in transaction");
        }
        run("iptables", "-I", "INPUT", "-i", "cable", "-j", "DROP");
        run("iptables", "-I", "OUTPUT", "-o", "cable", "-j", "DROP");
        if (scene == Scene.MIGRATOR_SENDS) {
            replica.signal(Signal.CONT);
        }
    }

    private static void awaitFreeLock(TestDatabase database, Replica replica, long cut) {
        Sessions.awaitNone(database, replica);
        System.out.println("the lock was free after " + secondsSince(cut) + " s");
        assertThat(Duration.ofNanos(System.nanoTime() - cut)).isLessThan(LET_GO);
    }

    private static long secondsSince(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos).toSeconds();
    }

    private void connectTheNamespaces() {
        String other = "/proc/" + node.pid() + "/ns/net";
        Eventually.that("a namespace of its own", () -> !namespace(other).equals(namespace("/proc/self/ns/net")));
        run("ip", "link", "set", "lo", "up");
        run("ip", "link", "add", "cable", "type", "veth", "peer", "name", "eth0", "netns", "" + node.pid());
        run("ip", "addr", "add", SERVER_SIDE + "/24", "dev", "cable");
        run("ip", "link", "set", "cable", "up");
        runOnTheOtherSide("ip", "addr", "add", MIGRATOR_SIDE + "/24", "dev", "eth0");
        runOnTheOtherSide("ip", "link", "set", "eth0", "up");
    }

    private static String namespace(String link) {
        try {
            return Files.readSymbolicLink(Path.of(link)).toString();
        } catch (IOException notYet) {
            return "";
        }
    }

    private static void admitTheOtherSide(PostgresServer server) {
        server.execute(
                "copy (select 'host all all " + MIGRATOR_SIDE + "/32 scram-sha-256') to program 'cat >> pg_hba.conf'");
        TestDatabase postgres = new TestDatabase(server, "postgres");
        String loaded = postgres.query("select pg_conf_load_time()");
        server.execute("select pg_reload_conf()");
        Eventually.that(
                "the reload",
                () -> !postgres.query("select pg_conf_load_time()").equals(loaded));
    }

    private Replica startOnTheOtherSide(Migrator migrator) {
        Migrator there = migrator.withEnv("PGHOST", SERVER_SIDE);
        Path message = folder.resolve("termination-cut-off");
        Program program = there.program("migrate")
                .withEnv(Setting.POD_NAME.env(), "cut-off")
                .withEnv(Setting.TERMINATION_LOG.env(), message.toString());
        var command = new ArrayList<>(List.of("nsenter", "--net=/proc/" + node.pid() + "/ns/net", "--"));
        command.addAll(program.command());
        return new Replica("cut-off", new Program(command, program.env(), program.folder()).start(), message);
    }

    private void runOnTheOtherSide(String... command) {
        run(Program.of("nsenter", "--net=/proc/" + node.pid() + "/ns/net", "--").withArguments(command));
    }

    private static void run(String... command) {
        run(Program.of(command));
    }

    private static void run(Program program) {
        try (RunningProcess process = program.start()) {
            var result = process.awaitExit(Migrator.DEADLINE);
            assertThat(result.exitCode()).as("%s: %s", program, result).isZero();
        }
    }
}
