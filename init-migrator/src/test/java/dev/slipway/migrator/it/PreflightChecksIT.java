package dev.slipway.migrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.contract.ExitCode;
import dev.slipway.contract.PreflightCheck;
import dev.slipway.contract.Setting;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The owner of a pod can decide how a pre-flight check counts. */
class PreflightChecksIT {
    @TempDir
    private Path folder;

    private Scripts scripts;

    @BeforeEach
    void writeAHazard() {
        scripts = Scripts.in(folder).with("V1__orders.sql", "create table orders (id int primary key, note text);");
    }

    @PostgresTest(onOneMajor = true)
    void everyCheckOfTheReportHasItsName(TestDatabase database) throws IOException {
        Ended ended = migrator(database).run("preflight", "--json").expect(ExitCode.OK);
        JsonNode report =
                new ObjectMapper().readTree(String.join("\n", ended.process().stdout()));
        List<String> reported = report.path("findings").findValuesAsText("check").stream()
                // How this one counts is the setting of that name, which the migration obeys, too.
                .filter(check -> !check.equals(Setting.RESTORE_POINT.name()))
                .filter(check -> !check.equals("reachable"))
                .distinct()
                .toList();
        assertThat(reported)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(PreflightCheck.values())
                        .map(PreflightCheck::word)
                        .toList());
    }

    @PostgresTest(onOneMajor = true)
    void aWarningCanBeMadeARefusal(TestDatabase database) {
        migrator(database).run().expect(ExitCode.OK);
        scripts.with("V2__index.sql", "create index orders_note on orders (note);");
        migrator(database).run("preflight").expect(ExitCode.OK);
        Migrator strict = migrator(database).with(Setting.PREFLIGHT_CHECKS, "hazards=fail");
        for (String[] command : new String[][] {{"preflight"}, {"migrate", "--preflight"}}) {
            strict.run(command)
                    .expectPlainAnswer(
                            ExitCode.PREFLIGHT_REFUSED, database.password(), "hazards: V2__index.sql, line 1: ");
        }
        assertThat(History.applied(database)).containsExactly("1");
    }

    @PostgresTest(onOneMajor = true)
    void aRefusalCanBeMadeAWarningButTheMigrationHasItsOwnOpinion(TestDatabase database) {
        database.execute("create table theirs (id int)");
        migrator(database).run("preflight").expect(ExitCode.HISTORY_DIFFERS);
        Migrator lenient = migrator(database);
        assertThat(lenient.run("preflight", "--preflight-checks", "lock=fail", "--preflight-checks", "history=warn")
                        .expect(ExitCode.OK)
                        .lines("has content (theirs)"))
                .singleElement()
                .asString()
                .contains("\"verdict\":\"warn\"");
        lenient.run("migrate", "--preflight", "--preflight-checks", "history=warn")
                .expect(ExitCode.HISTORY_DIFFERS);
    }

    @PostgresTest(onOneMajor = true)
    void aCheckThatDoesNotExistIsRefusedWithThoseThatDo(TestDatabase database) {
        for (String bad : List.of("hazard=fail", "hazards=error", "hazards", "reachable=warn")) {
            migrator(database)
                    .with(Setting.PREFLIGHT_CHECKS, bad)
                    .run("preflight")
                    .expectPlainAnswer(
                            ExitCode.USAGE,
                            database.password(),
                            "SLIPWAY_PREFLIGHT_CHECKS is '" + bad + "'; expected CHECK=warn or CHECK=fail",
                            "old-transactions");
        }
    }

    private Migrator migrator(TestDatabase database) {
        return Migrator.of(database, scripts, folder);
    }
}
