package dev.slipway.migrator.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonTest {
    private static final ObjectMapper JACKSON = new ObjectMapper();

    @Test
    void isReadBackByALibraryWhateverTheText() throws IOException {
        long seed = 42;
        var random = new Random(seed);
        for (int round = 0; round < 5_000; round++) {
            int[] codePoints = random.ints(random.nextInt(20), 0, 0x10000)
                    .filter(codePoint -> codePoint < 0xD800 || codePoint > 0xDFFF)
                    .toArray();
            String text = new String(codePoints, 0, codePoints.length);
            assertThat(JACKSON.readValue(Json.write(text), String.class))
                    .as("seed %s", seed)
                    .isEqualTo(text);
        }
    }

    @Test
    void writesEveryKindOfValue() throws IOException {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("text", "a \"quote\"\n");
        fields.put("number", 42);
        fields.put("fraction", 0.5);
        fields.put("truth", true);
        fields.put("list", List.of("a", 1L));
        fields.put("empty", Map.of());
        fields.put("present", Optional.of("x"));
        fields.put("absent", Optional.empty());

        Map<?, ?> read = JACKSON.readValue(Json.write(fields), Map.class);

        assertThat(read.get("text")).isEqualTo("a \"quote\"\n");
        assertThat(read.get("number")).isEqualTo(42);
        assertThat(read.get("fraction")).isEqualTo(0.5);
        assertThat(read.get("truth")).isEqualTo(true);
        assertThat(read.get("list")).isEqualTo(Arrays.asList("a", 1));
        assertThat(read.get("empty")).isEqualTo(Map.of());
        assertThat(read.get("present")).isEqualTo("x");
        assertThat(read.get("absent")).isNull();
    }

    @Test
    void escapesALoneSurrogate() throws IOException {
        assertThat(Json.write("a\uD800b")).isEqualTo("\"a\\ud800b\"");
        assertThat(JACKSON.readValue(Json.write("😀"), String.class)).isEqualTo("😀");
    }
}
