package dev.slipway.webhook.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.RunOutcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReportedRunTest {
    private static final String GOOD = """
            {"message":"m","wayOut":"w","exitCode":0,"outcome":"applied","command":"migrate","schemaVersion":"1.2",\
            "applied":["V1__a.sql"],"waitedMs":1,"durationMs":2,"details":{"any":[1,{"x":null}]}}""";

    @Test
    void everyFieldIsRead() {
        ReportedRun report = ReportedRun.read(GOOD, 0, "migrate").orElseThrow();

        assertThat(report.outcome()).isEqualTo(RunOutcome.APPLIED);
        assertThat(report.sentence()).isEqualTo("m");
        assertThat(report.wayOut()).isEqualTo("w");
        assertThat(report.schemaVersion()).contains("1.2");
        assertThat(report.applied()).isEqualTo(List.of("V1__a.sql"));
        assertThat(report.appliedCount()).isEqualTo(1);
        assertThat(report.waited()).isEqualTo(Duration.ofMillis(1));
        assertThat(report.duration()).isEqualTo(Duration.ofMillis(2));
    }

    /** The migrator leaves the list out if it would not fit, and says how many there were. */
    @Test
    void aListThatWasLeftOutIsStillCounted() {
        String truncated = GOOD.replace("\"applied\":[\"V1__a.sql\"]", "\"appliedCount\":300,\"truncated\":true");

        assertThat(ReportedRun.read(truncated, 0, "migrate").orElseThrow().appliedCount())
                .isEqualTo(300);
    }

    @ParameterizedTest
    @CsvSource({
        "0, up-to-date",
        "0, applied",
        "0, waited",
        "0, checked",
        "0, rolled-back",
        "5, failed",
        "143, terminated",
        "3, failed"
    })
    void theMigratorsWordsAreReadWithTheirExitCodes(int exitCode, String word) {
        assertThat(ReportedRun.read(message(exitCode, word), exitCode, "migrate"))
                .isPresent();
    }

    @ParameterizedTest
    @CsvSource({"0, failed", "5, applied", "137, up-to-date", "0, unknown", "5, UNKNOWN", "5, Failed", "5, ''"})
    void aWordThatDoesNotFitTheExitCodeMakesTheMessageUnreadable(int exitCode, String word) {
        assertThat(ReportedRun.read(message(exitCode, word), exitCode, "migrate"))
                .isEmpty();
    }

    @Test
    void theKubeletsExitCodeAndTheContainersCommandMustBeTheMessages() {
        assertThat(ReportedRun.read(message(5, "failed"), 3, "migrate")).isEmpty();
        assertThat(ReportedRun.read(GOOD, 0, "preflight")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Exception in thread main",
                "[]",
                "null",
                "{}",
                "{\"exitCode\":0",
                "{\"level\":\"info\"}\n{\"level\":\"info\"}"
            })
    void textOfAnythingElseIsNoReport(String message) {
        assertThat(ReportedRun.read(message, 0, "migrate")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"exitCode\":0|\"exitCode\":\"0\"",
                "\"exitCode\":0|\"exitCode\":0.0",
                "\"exitCode\":0|\"exitCode\":4294967296",
                "\"durationMs\":2|\"durationMs\":-1",
                "\"durationMs\":2|\"durationMs\":1e3",
                "\"durationMs\":2|\"durationMs\":9223372036854775808",
                "\"durationMs\":2|\"durationMs\":2592000001",
                "\"waitedMs\":1|\"waitedMs\":null",
                "\"waitedMs\":1|\"waited\":1",
                "\"message\":\"m\"|\"message\":{}",
                "\"applied\":[\"V1__a.sql\"]|\"applied\":[1]",
                "\"applied\":[\"V1__a.sql\"]|\"applied\":\"V1__a.sql\"",
                "\"schemaVersion\":\"1.2\"|\"schemaVersion\":12",
                "\"wayOut\":\"w\"|\"message\":\"twice\"",
                "\"wayOut\":\"w\"|\"appliedCount\":10001",
                "{\"any\":[1,{\"x\":null}]}}|{}} {}",
                "{\"any\":[1,{\"x\":null}]}|[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]",
            })
    void oneBadFieldMakesTheMessageUnreadable(String good, String bad) {
        String message = GOOD.replace(good, bad);

        assertThat(message).isNotEqualTo(GOOD);
        assertThat(ReportedRun.read(message, 0, "migrate")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "abc",
                "1\\n2",
                "1\\\"}",
                "1 2",
                "12345678901234567890123456789012345678901234567890123456789012345"
            })
    void aSchemaVersionThatIsNoneIsLeftOut(String version) {
        ReportedRun report = ReportedRun.read(GOOD.replace("\"1.2\"", "\"" + version + "\""), 0, "migrate")
                .orElseThrow();

        assertThat(report.schemaVersion()).isEmpty();
    }

    @Test
    void moreThanAKubeletPassesOnIsNotRead() {
        String padded = GOOD.replace("\"m\"", "\"" + "m".repeat(5000) + "\"");

        assertThat(ReportedRun.read(padded, 0, "migrate")).isEmpty();
    }

    @Test
    void controlCharactersAndLineBreaksDoNotSurvive() {
        String evil = GOOD.replace("\"m\"", "\"a\\u001b[31mb\\r\\nc\\u202ed\\u0000e\\u2028f\"")
                .replace("V1__a.sql", "V1\\u0007__a.sql");

        ReportedRun report = ReportedRun.read(evil, 0, "migrate").orElseThrow();

        assertThat(report.sentence()).isEqualTo("a[31mb cde f");
        assertThat(report.applied()).isEqualTo(List.of("V1__a.sql"));
    }

    private static String message(int exitCode, String word) {
        return GOOD.replace("\"exitCode\":0", "\"exitCode\":" + exitCode).replace("\"applied\",", "\"" + word + "\",");
    }
}
