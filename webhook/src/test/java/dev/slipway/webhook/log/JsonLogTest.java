package dev.slipway.webhook.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonLogTest {
    private final JsonFormatter formatter = new JsonFormatter();

    @Test
    void fieldsStandBesideTheMessage() throws Exception {
        var line = new LogRecord(Level.INFO, "admission decided {0}");
        line.setLoggerName("test");
        line.setParameters(new Object[] {Map.of("namespace", "shop", "problems", List.of("one\ntwo"))});

        String text = formatter.format(line);

        JsonNode json = new JsonMapper().readTree(text);
        assertThat(text.strip()).doesNotContain("\n");
        assertThat(json.path("message").asString()).isEqualTo("admission decided {0}");
        assertThat(json.path("namespace").asString()).isEqualTo("shop");
        assertThat(json.path("problems").path(0).asString()).isEqualTo("one\ntwo");
        assertThat(json.path("level").asString()).isEqualTo("INFO");
    }

    @Test
    void noFieldTakesThePlaceOfWhatEachLineHas() throws Exception {
        var line = new LogRecord(Level.INFO, "refused");
        line.setLoggerName("test");
        line.setParameters(new Object[] {Map.of("message", "all is well", "level", "FINE", "time", "never")});

        JsonNode json = new JsonMapper().readTree(formatter.format(line));

        assertThat(json.path("message").asString()).isEqualTo("refused");
        assertThat(json.path("level").asString()).isEqualTo("INFO");
        assertThat(json.path("time").asString()).startsWith("20");
        assertThat(json.path("message_").asString()).isEqualTo("all is well");
    }

    @Test
    void linesOfLibrariesAreJsonToo() throws Exception {
        var line = new LogRecord(Level.WARNING, "library says {0}");
        line.setLoggerName("library");
        line.setParameters(new Object[] {"hello"});
        line.setThrown(new IllegalStateException("because"));

        JsonNode json = new JsonMapper().readTree(formatter.format(line));

        assertThat(json.path("message").asString()).isEqualTo("library says hello");
        assertThat(json.path("exception").asString()).contains("IllegalStateException: because");
    }
}
