package dev.slipway.migrator.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.migrator.report.Terminal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PreflightReportTest {
    private static final Finding GOOD = Finding.pass("reachable", "db:5432 answered after 12 ms");
    private static final Finding DUBIOUS = Finding.warn("tls", "not encrypted", "switch on TLS");
    private static final Finding REFUSED =
            Finding.refuse("pooler", "a transaction pooler is in between", "use DIRECT_URL");
    private static final Finding DRIFT =
            Finding.fail("drift", "version 1 was changed", "restore it", ExitCode.HISTORY_DIFFERS);

    @Test
    void warningsStopNobody() {
        assertThat(report(GOOD, DUBIOUS, Finding.skipped("pooler", "no slot")).exitCode())
                .isEqualTo(ExitCode.OK);
    }

    @Test
    void aRefusingServerSaysMoreThanItsHistory() {
        PreflightReport report = report(GOOD, DRIFT, REFUSED);
        assertThat(report.exitCode()).isEqualTo(ExitCode.PREFLIGHT_REFUSED);
        assertThat(report.decisive()).contains(REFUSED);
        assertThat(report(GOOD, DRIFT).exitCode()).isEqualTo(ExitCode.HISTORY_DIFFERS);
    }

    @Test
    void theSummaryNamesTheChecks() {
        assertThat(report(GOOD).summary()).isEqualTo("1 check: nothing in the way");
        assertThat(report(GOOD, DUBIOUS).summary()).isEqualTo("2 checks: 1 warning (tls)");
        assertThat(report(GOOD, DUBIOUS, REFUSED, DRIFT, DRIFT).summary())
                .isEqualTo("5 checks: 3 failed (pooler, drift), 1 warning (tls)");
    }

    @Test
    void theTableShowsEachWayOutBelowWhatWasSeen() {
        assertThat(report(GOOD, DUBIOUS, REFUSED).toTable(Terminal.NONE)).isEqualTo("""
                pre-flight of shop@db:5432/shop (TLS prefer)

                  ok    reachable  db:5432 answered after 12 ms
                  warn  tls        not encrypted
                                   -> switch on TLS
                  FAIL  pooler     a transaction pooler is in between
                                   -> use DIRECT_URL

                3 checks: 1 failed (pooler), 1 warning (tls)
                """);
    }

    @Test
    void longLinesAreWrappedBelowTheirStart() {
        String table = report(Finding.warn(
                        "tls", "word ".repeat(40).strip(), "way ".repeat(40).strip()))
                .toTable(Terminal.NONE);
        assertThat(table.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(110));
        assertThat(table.lines().filter(line -> line.startsWith("             word")))
                .isNotEmpty();
        assertThat(table.lines().filter(line -> line.startsWith("                way")))
                .isNotEmpty();
    }

    @Test
    void colourIsForTerminalsOnlyAndMovesNoColumn() {
        String plain = report(GOOD, DUBIOUS, REFUSED).toTable(Terminal.NONE);
        String coloured = report(GOOD, DUBIOUS, REFUSED).toTable(new Terminal(true, null, Optional.empty()));
        assertThat(plain).doesNotContain("\u001b");
        assertThat(coloured).contains("\u001b[31mFAIL\u001b[0m");
        assertThat(coloured.replaceAll("\u001b\\[[0-9]+m", "")).isEqualTo(plain);
    }

    @Test
    void programsGetPlainMapsAndLists() {
        assertThat(report(GOOD, REFUSED).toMap())
                .containsEntry("database", "shop@db:5432/shop (TLS prefer)")
                .containsEntry("exitCode", 4)
                .containsEntry("summary", "2 checks: 1 failed (pooler)")
                .containsEntry(
                        "findings",
                        List.of(
                                Map.of("check", "reachable", "verdict", "pass", "seen", GOOD.seen()),
                                Map.of(
                                        "check",
                                        "pooler",
                                        "verdict",
                                        "fail",
                                        "seen",
                                        REFUSED.seen(),
                                        "wayOut",
                                        REFUSED.wayOut())));
    }

    private static PreflightReport report(Finding... findings) {
        return new PreflightReport("shop@db:5432/shop (TLS prefer)", List.of(findings));
    }
}
