package dev.slipway.migrator.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.Phase;
import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsFileTest {
    private final Problems problems = new Problems();

    @Test
    void aFileHasTheSettingsUnderTheirNames() {
        Settings settings = parse("""
                # of the shop
                migrations = ["db/migrations", '../shared'] # beside this file
                wait-timeout = "30m"
                baseline-version = 12
                create-schema = true
                phase = 'expand'
                placeholders = [
                  "owner=shop",
                  "tier=gold",
                ]
                """);
        assertThat(problems.list()).isEmpty();
        assertThat(settings.get(Setting.MIGRATIONS))
                .containsExactly(Path.of("/shop/db/migrations"), Path.of("/shared"));
        assertThat(settings.get(Setting.WAIT_TIMEOUT)).isEqualTo(Duration.ofMinutes(30));
        assertThat(settings.get(Setting.BASELINE_VERSION)).contains("12");
        assertThat(settings.get(Setting.CREATE_SCHEMA)).isTrue();
        assertThat(settings.get(Setting.PHASE)).isEqualTo(Phase.EXPAND);
        assertThat(settings.get(Setting.PLACEHOLDERS)).isEqualTo(Map.of("owner", "shop", "tier", "gold"));
    }

    @Test
    void windowsLinesAndAByteOrderMarkAreRead() {
        assertThat(parse("\ufeffschema = \"a\\\"b\\u00e9\"\r\n\r\nlock-timeout = '2s'\r\n")
                        .get(Setting.SCHEMA))
                .isEqualTo("a\"bé");
        assertThat(problems.list()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            wait-timout = "5m"            | slipway.toml line 2: wait-timout is unknown; did you mean wait-timeout?
            wait_timeout = "5m"           | slipway.toml line 2: wait_timeout is unknown; did you mean wait-timeout?
            wait-timeout = "5"            | slipway.toml line 2: wait-timeout is '5'; expected
            push-gateway = "http://a"     | slipway.toml line 2: push-gateway is not read from a file
            termination-log = "/root/x"   | slipway.toml line 2: termination-log is not read from a file
            database-url-key = "PROD_URL" | slipway.toml line 2: database-url-key is not read from a file
            config = "other.toml"         | slipway.toml line 2: config is not read from a file
            database-url = "postgres://u:geheim@h/d" | slipway.toml line 2: database-url is not read from this file
            PGPASSWORD = "geheim"         | slipway.toml line 2: the key is not read from this file
            geheim1 = "x"                 | slipway.toml line 2: the key is unknown
            baseline-version = 1.10       | slipway.toml line 2 has a value that is no whole number
            schema = shop                 | slipway.toml line 2 has a value that is no whole number
            schema = "geheim              | slipway.toml line 2 has a text without its closing quote
            schema = "a" geheim           | slipway.toml line 2 goes on behind its value
            [database]                    | slipway.toml line 2 begins a table
            postgres://u:geheim@h/d       | slipway.toml line 2 is not KEY = VALUE
            migrations = ["a" "b"]        | slipway.toml line 2 has a list that does not end
            schema = \"""geheim\"""       | slipway.toml line 2 has a text of several lines
            """)
    void aMistakeNamesItsLineAndNoSecret(String line, String message) {
        parse("# first\n" + line + "\n");
        assertThat(problems.list())
                .hasSize(1)
                .first()
                .asString()
                .contains(message)
                .doesNotContain("geheim");
    }

    @Test
    void aKeyThatIsThereTwiceNamesBothLines() {
        parse("schema = 'a'\n\nschema = 'b'\n");
        assertThat(problems.describe("it")).contains("slipway.toml line 3 sets what line 1 sets already");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a =", "a = [", "a = [1", "a = '", "a = \"\\", "=", "a = \"\\u12", "\0", "a = \0"})
    void noBeginningOfAFileHangs(String text) {
        parse(text);
        assertThat(problems.size()).isEqualTo(text.isEmpty() ? 0 : 1);
    }

    @Test
    void everySettingIsEitherReadOrRefused() {
        for (Setting<?> setting : Setting.all()) {
            var own = new Problems();
            SettingsFile.parse(setting.name() + " = '" + setting.defaultText() + "'", "it", Path.of("/shop"), own);
            assertThat(own.list()).allMatch(each -> each.what().contains("is not read from a file"));
        }
        assertThat(List.of(Setting.DATABASE_DIR, Setting.OTLP_ENDPOINT)).allSatisfy(setting -> {
            var own = new Problems();
            SettingsFile.parse(setting.name() + " = 'x'", "it", Path.of("/shop"), own);
            assertThat(own.list()).hasSize(1);
        });
    }

    private Settings parse(String text) {
        return SettingsFile.parse(text, "slipway.toml", Path.of("/shop"), problems);
    }
}
