package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.postgres.Major;
import dev.slipway.testkit.postgres.PostgresServer;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.time.Alone;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * The migrating replica is killed by SIGKILL at random moments, again and again; a kubelet restarts it, and five others
 * continue. In the end everything is applied exactly once.
 */
@Alone
class KilledHolderIT {
    /** Kills of holders while the server was working for them; a nightly run requires more of them. */
    private static final int KILLS = Integer.getInteger("slipway.kills", 40);

    private static final int REPLICAS = 6;
    /** The number of databases that are migrated side by side, because each mostly waits. */
    private static final int LANES = 2;

    private static final int SCRIPTS = 24;
    /** About twice as long as a script takes. */
    private static final int LATEST_MOMENT = 600;

    /** One kill in so many does not wait for a busy moment, and does not count. */
    private static final int AT_ANY_MOMENT = 5;

    /** The password check is not under test, and would be most of the work. */
    private static final Map<String, String> CHEAP_LOGINS = Map.of("scram_iterations", "1");

    /** The session that holds the migration lock, once it runs a statement of a script. */
    private static final String BUSY_HOLDER = """
            select a.pid, a.application_name from pg_locks l join pg_stat_activity a on a.pid = l.pid
            where l.locktype = 'advisory' and l.objsubid = 2 and l.granted and a.datname = current_database()
              and a.state = 'active' and (a.query like '%slowly%' or a.query like '%concurrently%')""";

    @TempDir
    private Path folder;

    private final AtomicInteger kills = new AtomicInteger();

    @Test
    void everythingIsAppliedOnceWheneverTheHolderIsKilled(TestReporter reporter) throws Exception {
        long seed = Long.getLong("slipway.seed", new Random().nextLong());
        reporter.publishEntry("seed", Long.toString(seed));
        Scripts scripts = scripts();
        ExecutorService lanes = Executors.newFixedThreadPool(LANES);
        try (PostgresServer server = PostgresServer.start(Major.NEWEST, CHEAP_LOGINS)) {
            var running = new ArrayList<Future<?>>();
            for (int lane = 0; lane < LANES; lane++) {
                var random = new Random(seed + lane);
                String name = "seed " + seed + ", lane " + lane;
                running.add(lanes.submit(() -> lane(name, random, server, scripts)));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } finally {
            lanes.shutdownNow();
        }
        reporter.publishEntry("holders killed while the server worked for them", kills.toString());
        assertThat(kills).hasValueGreaterThanOrEqualTo(KILLS);
    }

    /** Each takes long enough to be interrupted, and leaves a trace that shows how often it was applied. */
    private Scripts scripts() {
        Scripts scripts = Scripts.in(folder).with("V1__tables.sql", """
                        create table trace (script int);
                        create table busy (n int, done int);
                        insert into busy select n, 0 from generate_series(1, 120) n;
                        create function slowly(n int) returns int immutable language plpgsql as $$
                        begin perform pg_sleep(0.002); return n; end $$;
                        """);
        for (int number = 2; number <= SCRIPTS; number++) {
            scripts.with("V" + number + "__script.sql", script(number));
        }
        return scripts.with(
                "R__view.sql",
                "create or replace view traces as select * from trace;"
                        + " insert into trace select 0 from busy where slowly(n) = 1;");
    }

    private static String script(int number) {
        String trace = "insert into trace values (" + number + ");";
        return switch (number % 4) {
            case 0 ->
                "create index concurrently i" + number + " on busy (slowly(n));\n" + "create index concurrently j"
                        + number + " on busy (n, done);";
            case 1 -> "reindex index concurrently i" + (number - 1) + ";";
            case 2 ->
                trace + " update busy set done = done + slowly(n) - n + 1; create table t" + number + " (id int);";
            default -> "select count(slowly(n)) from busy; " + trace;
        };
    }

    private Void lane(String name, Random random, PostgresServer server, Scripts scripts) throws SQLException {
        while (kills.get() < KILLS) {
            TestDatabase database = server.createDatabase();
            Migrator migrator = Migrator.of(database, scripts, folder);
            try (var pods = new Pods(migrator, REPLICAS)) {
                killAgainAndAgain(database, pods, random);
                pods.awaitAll(name);
            }
            assertAppliedOnce(name, database);
            server.dropDatabase(database.name());
        }
        return null;
    }

    private void killAgainAndAgain(TestDatabase database, Pods pods, Random random) throws SQLException {
        Set<Integer> killed = new HashSet<>();
        try (Connection observer = database.connectAsSuperuser()) {
            while (kills.get() < KILLS && pods.anyRuns()) {
                Optional<Holder> holder = holder(observer).filter(each -> !killed.contains(each.serverProcess()));
                if (holder.isPresent()) {
                    Eventually.sleep(Duration.ofMillis(random.nextInt(LATEST_MOMENT)));
                    boolean busy = random.nextInt(AT_ANY_MOMENT) > 0;
                    if (!busy || holder(observer).equals(holder)) {
                        pods.kill(holder.get().application());
                        kills.addAndGet(busy ? 1 : 0);
                        killed.add(holder.get().serverProcess());
                        pods.startAgain(holder.get().application());
                    }
                } else {
                    Eventually.sleep(Duration.ofMillis(10));
                }
            }
        }
    }

    private record Holder(int serverProcess, String application) {}

    private static Optional<Holder> holder(Connection observer) throws SQLException {
        try (Statement statement = observer.createStatement();
                ResultSet result = statement.executeQuery(BUSY_HOLDER)) {
            return result.next() ? Optional.of(new Holder(result.getInt(1), result.getString(2))) : Optional.empty();
        }
    }

    private static void assertAppliedOnce(String name, TestDatabase database) {
        List<String> versions =
                IntStream.rangeClosed(1, SCRIPTS).mapToObj(Integer::toString).toList();
        assertThat(History.applied(database))
                .as(name)
                .containsExactlyElementsOf(
                        Stream.concat(versions.stream(), Stream.of("view")).toList());
        assertThat(database.rows("select installed_rank from flyway_schema_history order by 1"))
                .as(name)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, SCRIPTS + 1)
                        .mapToObj(Integer::toString)
                        .toList());
        assertThat(database.rows("select script from trace order by script"))
                .as(name)
                .containsExactlyElementsOf(IntStream.rangeClosed(0, SCRIPTS)
                        .filter(number -> number != 1 && (number == 0 || number % 4 >= 2))
                        .mapToObj(Integer::toString)
                        .toList());
        assertThat(database.query("select distinct done from busy")).as(name).isEqualTo(Integer.toString(SCRIPTS / 4));
        assertThat(database.rows(
                        "select relname from pg_class where relkind = 'i' and relnamespace = 'public'::regnamespace"
                                + " and relname ~ '^[ij][0-9]' order by substr(relname, 2)::int, relname"))
                .as(name)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, SCRIPTS / 4)
                        .boxed()
                        .flatMap(number -> Stream.of("i" + 4 * number, "j" + 4 * number))
                        .toList());
        assertThat(History.invalidIndexes(database)).as(name).isEmpty();
        assertThat(database.query("select count(*) from slipway_run where state = 'applied'"))
                .as(name)
                .isEqualTo(Integer.toString(SCRIPTS + 1));
        assertThat(database.query("select count(distinct script) from slipway_run where state = 'applied'"))
                .as(name)
                .isEqualTo(Integer.toString(SCRIPTS + 1));
        assertThat(database.rows("select script from slipway_run where state = 'started'"))
                .as(name)
                .isEmpty();
    }
}
