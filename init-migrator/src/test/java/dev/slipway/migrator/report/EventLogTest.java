package dev.slipway.migrator.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventLogTest {
    @ParameterizedTest
    @CsvSource({
        "2026-11-21T00:00:00Z, 2026-11-21T00:00:00.000000Z, 00:00:00.000",
        "2026-01-02T03:04:05.000006999Z, 2026-01-02T03:04:05.000006Z, 03:04:05.000",
        "2026-12-31T23:59:59.999999999Z, 2026-12-31T23:59:59.999999Z, 23:59:59.999",
        "2024-02-29T12:00:00.1Z, 2024-02-29T12:00:00.100000Z, 12:00:00.100",
    })
    void aLineBeginsWithItsTime(String at, String forPrograms, String forPeople) {
        Instant now = Instant.parse(at);
        assertThat(line(now, true)).startsWith("{\"time\":\"" + forPrograms + "\",");
        assertThat(line(now, false)).startsWith(forPeople + "Z  ");
    }

    @Test
    void theTimeIsWhatTheFormatterOfTheJdkWrites() {
        var format =
                DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSX").withZone(ZoneOffset.UTC);
        RandomGenerator random = new java.util.Random(20261121);
        for (int round = 0; round < 2000; round++) {
            Instant now = Instant.ofEpochSecond(random.nextLong(253_402_300_799L), random.nextInt(1_000_000_000));
            assertThat(line(now, true)).startsWith("{\"time\":\"" + format.format(now) + "\",");
        }
    }

    @Test
    void noFieldTakesThePlaceOfTimeLevelOrMessage() {
        var bytes = new ByteArrayOutputStream();
        var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        new EventLog(out, true, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), Map.of("pod", "api-0"))
                .warn("lost", "time", 1, "level", "low", "message", "hi", "of", 5);
        assertThat(bytes.toString(StandardCharsets.UTF_8).strip())
                .isEqualTo("{\"time\":\"1970-01-01T00:00:00.000000Z\",\"level\":\"warn\",\"message\":\"lost\","
                        + "\"time_\":1,\"level_\":\"low\",\"message_\":\"hi\",\"of\":5,\"pod\":\"api-0\"}");
    }

    @Test
    void whatComesAfterProgressWritesOverIt() {
        var bytes = new ByteArrayOutputStream();
        var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        var terminal = new Terminal(true, () -> 40, Optional.empty());
        var log = new EventLog(out, false, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), Map.of(), terminal);
        log.progress("1/2 V1__a.sql  2s  a statement that is longer than a line");
        log.warn("a message that does not fit", "script", "V1__a.sql");
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .isEqualTo("\r\u001b[2K\u001b[?7l1/2 V1__a.sql  2s  a statement that is…\u001b[?7h"
                        + "\r\u001b[2K00:00:00.000Z  \u001b[33mwarning:\u001b[0m a message that\n"
                        + "    does not fit  script=V1__a.sql\n");
    }

    private static String line(Instant now, boolean json) {
        var bytes = new ByteArrayOutputStream();
        var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        new EventLog(out, json, Clock.fixed(now, ZoneOffset.UTC), Map.of()).info("started");
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
