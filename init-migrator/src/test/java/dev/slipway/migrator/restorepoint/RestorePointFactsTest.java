package dev.slipway.migrator.restorepoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.restorepoint.RestorePointFacts.Obstacle;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The judgement, without a server. */
class RestorePointFactsTest {
    /** standby, wal_level, function, granted, archiving, streaming. */
    @ParameterizedTest
    @CsvSource({
        "false replica true  true  true  false, made",
        "false logical true  true  true  false, made",
        "false replica true  true  false true,  made",
        "true  replica true  true  true  true,  is a standby",
        "false minimal true  true  false false, wal_level is minimal",
        "false replica false false true  false, has no function pg_create_restore_point",
        "false replica true  false true  true,  role app may not execute pg_create_restore_point in database shop",
        "false replica true  true  false false, archive_mode is off and no program receives the log",
    })
    void aPointIsMadeIfItCanBeAndSomethingKeepsTheLog(String facts, String expected) {
        assertThat(facts(facts).obstacle().map(Obstacle::sentence).orElse("made"))
                .contains(expected);
    }

    @Test
    void whoRequiresOneIsToldWhatToGrant() {
        RunFailure refusal = facts("false replica true false true false")
                .obstacle()
                .orElseThrow()
                .refusal();

        assertThat(refusal.exitCode()).isEqualTo(ExitCode.PREFLIGHT_REFUSED);
        assertThat(refusal.sentence()).startsWith("a restore point is required, but role app");
        assertThat(refusal.wayOut())
                .contains("grant execute on function pg_catalog.pg_create_restore_point(text) to \"app\"")
                .contains("set restore-point to auto");
    }

    private static RestorePointFacts facts(String words) {
        return RestorePointFacts.of(Arrays.asList(("app shop " + words).split(" +", -1)));
    }
}
