package dev.slipway.migrator.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.migrator.database.Host;
import dev.slipway.migrator.database.Tls;
import dev.slipway.migrator.database.TlsMode;
import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.preflight.PoolerProbe.Round;
import dev.slipway.migrator.preflight.PrivilegesCheck.Rights;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The judgements, without a server. */
class ChecksTest {
    private static final HistoryTable HISTORY = new HistoryTable("shop", "history");

    @ParameterizedTest
    @CsvSource({"9, FAIL", "11, FAIL", "12, WARN", "13, WARN", "14, PASS", "18, PASS", "19, WARN"})
    void versionsFrom14To18AreTested(int major, Verdict verdict) {
        assertThat(new VersionCheck()
                        .judge(major, major + ".1", "PostgreSQL " + major + ".1 on Linux")
                        .verdict())
                .isEqualTo(verdict);
    }

    @Test
    void whatOnlySpeaksThePostgresProtocolIsRefusedAsItsLocksMayBeEmpty() {
        Finding finding = new VersionCheck().judge(13, "13.0.0", "CockroachDB CCL v23.1");
        assertThat(finding.exitCode()).isEqualTo(ExitCode.PREFLIGHT_REFUSED);
        assertThat(finding.seen()).startsWith("CockroachDB CCL v23.1 is not PostgreSQL");
    }

    @Test
    void aStandbyIsRefusedBeforeItsReadOnlySetting() {
        assertThat(new WritableCheck().judge(true, true, "default").seen()).startsWith("this server is a standby");
        assertThat(new WritableCheck().judge(false, true, "database").seen()).contains("(set by: database)");
        assertThat(new WritableCheck().judge(false, false, "default").verdict()).isEqualTo(Verdict.PASS);
    }

    @ParameterizedTest
    @CsvSource({
        "100, 50, 2147483647, 2147483647, PASS, max_connections=100",
        "100, 2, 2147483647, 2147483647, WARN, max_connections=100",
        "100, 50, 1, 2147483647, WARN, role's connection limit",
        "100, 50, 9, 0, WARN, database's connection limit",
        "100, -1, 9, 9, WARN, 0 free",
    })
    void theTightestLimitCounts(int max, int server, int role, int database, Verdict verdict, String limit) {
        Finding finding = new SlotsCheck().judge(max, server, role, database);
        assertThat(finding.verdict()).isEqualTo(verdict);
        assertThat(finding.seen()).contains(limit);
    }

    @Test
    void sharedProcessesProveATransactionPooler() {
        assertThat(probe(11, round(11, 22), round(11, 11)).seen()).contains("share server process 11");
        assertThat(probe(11, new Round(11, 22, "mark", "mark")).seen()).contains("another one sees");
        assertThat(probe(11, round(11, 22), round(33, 22)).seen()).contains("moved from server process 11 to 33");
        assertThat(probe(11, new Round(11, 22, "", "")).seen()).contains("lost what it had set");
        assertThat(probe(11, round(11, 11)).exitCode()).isEqualTo(ExitCode.PREFLIGHT_REFUSED);
    }

    @Test
    void anotherAnnouncedProcessOnlyShowsThatSomethingIsInBetween() {
        assertThat(probe(99, round(11, 22), round(11, 22)).verdict()).isEqualTo(Verdict.WARN);
        assertThat(probe(11, round(11, 22), round(11, 22)).verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void everyMissingPrivilegeHasItsGrant() {
        var rights = new Rights("o'hara", "db", false, true, true, false, true, true, false, false, 0, 0, "", false);
        assertThat(new PrivilegesCheck(HISTORY).judge(rights).wayOut())
                .isEqualTo("as an administrator: grant usage, create on schema \"shop\" to \"o'hara\"; "
                        + "grant select, insert, update, delete on \"shop\".\"history\" to \"o'hara\"");
    }

    @Test
    void aHistoryThatCannotBeCorrectedIsAWarning() {
        var rights = new Rights("app", "db", false, true, true, true, true, true, true, false, 3, 0, "", false);
        assertThat(new PrivilegesCheck(HISTORY).judge(rights).verdict()).isEqualTo(Verdict.WARN);
    }

    @Test
    void noMembershipIsAdvisedThatGivesMoreThanTheTables() {
        var modest =
                new Rights("app", "db", false, true, true, true, true, true, true, true, 3, 2, "shop_owner", false);
        assertThat(new PrivilegesCheck(HISTORY).judge(modest).wayOut())
                .isEqualTo("as an administrator: grant shop_owner to \"app\", or alter table … owner to \"app\"");
        var mighty = new Rights("app", "db", false, true, true, true, true, true, true, true, 3, 2, "postgres", true);
        assertThat(new PrivilegesCheck(HISTORY).judge(mighty).wayOut())
                .isEqualTo("as an administrator: alter table … owner to \"app\"; or let the owner migrate");
    }

    @Test
    void refusedSettingsAreNamed() {
        assertThat(new DeadClientCheck()
                        .judgeRefused(List.of("tcp_user_timeout"))
                        .seen())
                .isEqualTo("the server refuses tcp_user_timeout");
    }

    @Test
    void unencryptedIsAWarningOnceItLeavesTheMachine() {
        var tls = new Tls(TlsMode.PREFER, Optional.empty(), Optional.empty(), Optional.empty());
        assertThat(TlsFinding.of(tls, new Host("db", 5432), false).verdict()).isEqualTo(Verdict.WARN);
        assertThat(TlsFinding.of(tls, new Host("127.0.0.1", 5432), false).verdict())
                .isEqualTo(Verdict.PASS);
        assertThat(TlsFinding.of(tls, new Host("db", 5432), true).verdict()).isEqualTo(Verdict.PASS);
    }

    private static Finding probe(int announced, Round... rounds) {
        return PoolerProbe.judge("mark", announced, List.of(rounds));
    }

    private static Round round(int first, int second) {
        return new Round(first, second, "mark", "");
    }
}
