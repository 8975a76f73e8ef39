package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.Major;
import dev.slipway.testkit.postgres.PostgresServer;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.ProcessResult;
import dev.slipway.testkit.process.Program;
import dev.slipway.testkit.process.RunningProcess;
import dev.slipway.testkit.time.Alone;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many more replicas than the server has connection slots: a lack of slots is a reason to wait, not to fail. */
@Alone
class FullServerIT {
    private static final int PROCESSES = 3;
    private static final int REPLICAS_IN_EACH = 100;
    private static final int SLOTS = 20;
    private static final int TAKEN_BY_OTHERS = 12;
    private static final Duration DEADLINE = Duration.ofMinutes(9);

    @TempDir
    private Path folder;

    @Test
    void threeHundredReplicasShareTheFewSlotsThatOthersLeave() throws SQLException {
        Scripts scripts = Scripts.in(folder)
                .with("V1__table.sql", "create table once (id int); insert into once values (1);")
                .with("V2__slow.sql", "select pg_sleep(5); insert into once values (2);")
                .with("V3__index.sql", "create index concurrently once_id on once (id);");
        var settings = Map.of("max_connections", Integer.toString(SLOTS), "scram_iterations", "1");
        var others = new ArrayList<Connection>();
        var processes = new ArrayList<RunningProcess>();
        try (PostgresServer server = PostgresServer.start(Major.NEWEST, settings)) {
            TestDatabase database = server.createDatabase();
            for (int number = 0; number < TAKEN_BY_OTHERS; number++) {
                others.add(database.connect());
            }
            for (int number = 0; number < PROCESSES; number++) {
                processes.add(start(Migrator.of(database, scripts, folder), "p" + number));
            }
            var outcomes = new ArrayList<String>();
            for (RunningProcess process : processes) {
                ProcessResult result = process.awaitExit(DEADLINE);
                assertThat(result.exitCode()).as(result.toString()).isZero();
                outcomes.addAll(result.stdout());
            }
            assertThat(outcomes).hasSize(PROCESSES * REPLICAS_IN_EACH).allMatch(outcome -> outcome.startsWith("OK "));
            assertThat(outcomes)
                    .as("those that migrated")
                    .filteredOn("OK applied"::equals)
                    .hasSize(1);
            assertThat(History.applied(database)).containsExactly("1", "2", "3");
            assertThat(database.rows("select id from once order by 1")).containsExactly("1", "2");
            assertThat(History.invalidIndexes(database)).isEmpty();
        } finally {
            processes.forEach(RunningProcess::close);
            for (Connection other : others) {
                other.close();
            }
        }
    }

    private static RunningProcess start(Migrator migrator, String name) {
        return Program.of(
                        Program.java().toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ReplicasInOneJvm.class.getName(),
                        Integer.toString(REPLICAS_IN_EACH))
                .withEnv(migrator.env())
                .withEnv(Setting.POD_NAME.env(), name)
                .start();
    }
}
