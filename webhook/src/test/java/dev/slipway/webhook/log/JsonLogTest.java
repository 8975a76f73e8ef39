package dev.slipway.webhook.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class JsonLogTest {
    private final JsonFormatter formatter = new JsonFormatter();

    @Test
    void fieldsStandBesideTheMessage() throws Exception {
        var line = new LogRecord(Level.INFO, "admission decided {0}");
        line.setLoggerName("test");
        line.setParameters(new Object[] {Map.of("namespace", "shop", "problems", List.of("one\ntwo"))});

        String text = formatter.format(line);

        JsonNode json = new ObjectMapper().readTree(text);
        assertThat(text.strip()).doesNotContain("\n");
        assertThat(json.path("message").asText()).isEqualTo("admission decided {0}");
        assertThat(json.path("namespace").asText()).isEqualTo("shop");
        assertThat(json.path("problems").path(0).asText()).isEqualTo("one\ntwo");
        assertThat(json.path("level").asText()).isEqualTo("INFO");
    }

    @Test
    void noFieldTakesThePlaceOfWhatEachLineHas() throws Exception {
        var line = new LogRecord(Level.INFO, "refused");
        line.setLoggerName("test");
        line.setParameters(new Object[] {Map.of("message", "all is well", "level", "FINE", "time", "never")});

        JsonNode json = new ObjectMapper().readTree(formatter.format(line));

        assertThat(json.path("message").asText()).isEqualTo("refused");
        assertThat(json.path("level").asText()).isEqualTo("INFO");
        assertThat(json.path("time").asText()).startsWith("20");
        assertThat(json.path("message_").asText()).isEqualTo("all is well");
    }

    @Test
    void linesOfLibrariesAreJsonToo() throws Exception {
        var line = new LogRecord(Level.WARNING, "library says {0}");
        line.setLoggerName("library");
        line.setParameters(new Object[] {"hello"});
        line.setThrown(new IllegalStateException("because"));

        JsonNode json = new ObjectMapper().readTree(formatter.format(line));

        assertThat(json.path("message").asText()).isEqualTo("library says hello");
        assertThat(json.path("exception").asText()).contains("IllegalStateException: because");
    }
}
