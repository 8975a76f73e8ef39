package dev.slipway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettingsTest {
    /** A value other than the default for each setting; a setting that is missing here fails the test below. */
    private static final Map<String, String> OTHER_THAN_DEFAULT = Map.ofEntries(
            Map.entry("SLIPWAY_MIGRATIONS", "/one,/two"),
            Map.entry("SLIPWAY_MIGRATIONS_FORMAT", "drizzle"),
            Map.entry("SLIPWAY_MIGRATION_PREFIX", "none"),
            Map.entry("SLIPWAY_REPEATABLE_PREFIX", "view-"),
            Map.entry("SLIPWAY_UNDO_PREFIX", "D"),
            Map.entry("SLIPWAY_MIGRATION_SEPARATOR", "_"),
            Map.entry("SLIPWAY_MIGRATION_SUFFIXES", ".sql,.pgsql"),
            Map.entry("SLIPWAY_MISSING_LOCATIONS", "ignore"),
            Map.entry("SLIPWAY_DATABASE_DIR", "/secrets"),
            Map.entry("SLIPWAY_DATABASE_URL_KEY", "uri"),
            Map.entry("SLIPWAY_SCHEMA", "shop"),
            Map.entry("SLIPWAY_CREATE_SCHEMA", "true"),
            Map.entry("SLIPWAY_HISTORY_TABLE", "history"),
            Map.entry("SLIPWAY_DRIZZLE_TABLE", "shop.migrations"),
            Map.entry("SLIPWAY_WAIT_TIMEOUT", "1h30m"),
            Map.entry("SLIPWAY_CONNECT_TIMEOUT", "5s"),
            Map.entry("SLIPWAY_LOCK_TIMEOUT", "500ms"),
            Map.entry("SLIPWAY_STATEMENT_TIMEOUT", "2m"),
            Map.entry("SLIPWAY_SCHEMA_AHEAD", "fail"),
            Map.entry("SLIPWAY_OUT_OF_ORDER", "allow"),
            Map.entry("SLIPWAY_RESTORE_POINT", "require"),
            Map.entry("SLIPWAY_BASELINE_VERSION", "1.2"),
            Map.entry("SLIPWAY_PHASE", "contract"),
            Map.entry("SLIPWAY_APP_VERSION", "v2.4.0-rc.1"),
            Map.entry("SLIPWAY_PLACEHOLDERS", "owner=shop,tier=gold"),
            Map.entry("SLIPWAY_PLACEHOLDER_REPLACEMENT", "false"),
            Map.entry("SLIPWAY_PREFLIGHT_CHECKS", "hazards=fail,lock=warn"),
            Map.entry("SLIPWAY_PUSH_GATEWAY", "http://push:9091"),
            Map.entry("SLIPWAY_OTLP_ENDPOINT", "http://otel:4318/v1/metrics"),
            Map.entry("SLIPWAY_POD_NAMESPACE", "shop"),
            Map.entry("SLIPWAY_POD_NAME", "api-0"),
            Map.entry("SLIPWAY_CONFIG", "ci/slipway.toml"),
            Map.entry("SLIPWAY_LOG_FORMAT", "text"),
            Map.entry("SLIPWAY_COLOR", "never"),
            Map.entry("SLIPWAY_TERMINATION_LOG", "/tmp/message"));

    @Test
    void everySettingSurvivesTheEnvironment() {
        var problems = new Problems();

        Settings settings = Settings.fromEnv(OTHER_THAN_DEFAULT, problems);

        assertThat(problems.list()).isEmpty();
        assertThat(settings.toEnv()).isEqualTo(OTHER_THAN_DEFAULT);
        assertThat(Settings.fromEnv(settings.toEnv(), problems)).isEqualTo(settings);
        assertThat(Setting.all())
                .allSatisfy(setting -> assertThat(OTHER_THAN_DEFAULT)
                        .containsKey(setting.env())
                        .extractingByKey(setting.env())
                        .isNotEqualTo(setting.defaultText()));
    }

    @Test
    void noPrefixIsGivenByAWordAsAnEmptyVariableCountsAsNotGiven() {
        assertThat(Setting.MIGRATION_PREFIX.parse("none", "it", new Problems())).isEmpty();
        assertThat(Setting.MIGRATION_PREFIX.format("")).isEqualTo("none");
    }

    @Test
    void whatCannotBePartOfANameOfAScriptIsRefused() {
        var problems = new Problems();
        for (String prefix : List.of("", " ", "a/b", "..", "V,", "x".repeat(11))) {
            assertThat(Setting.MIGRATION_PREFIX.parse(prefix, prefix, problems)).isNull();
        }
        for (String suffixes :
                List.of("", "sql", ".sh", ".sql.PY", ".sql.conf", ".sql,,.ddl", ".bash,.sql", ".sql/", ".")) {
            assertThat(Setting.MIGRATION_SUFFIXES.parse(suffixes, suffixes, problems))
                    .isNull();
        }
        assertThat(Setting.MIGRATION_SEPARATOR.parse("", "it", problems)).isNull();
        assertThat(problems.list()).hasSize(16);
    }

    @Test
    void everyDefaultIsAValueOfItsSetting() {
        assertThat(Setting.all())
                .allSatisfy(setting ->
                        assertThat((Object) Settings.DEFAULTS.get(setting)).isNotNull());
    }

    @Test
    void everyBadValueIsReportedWithWhatWasExpected() {
        var problems = new Problems();
        Map<String, String> bad = Map.of(
                "SLIPWAY_WAIT_TIMEOUT", "5 minutes",
                "SLIPWAY_SCHEMA_AHEAD", "maybe",
                "SLIPWAY_BASELINE_VERSION", "v1",
                "SLIPWAY_SCHEMA", "x".repeat(64),
                "SLIPWAY_DATABASE_URL_KEY", "a key",
                "SLIPWAY_MIGRATIONS", "/one,,/two");

        Settings.fromEnv(bad, problems);

        assertThat(problems.list()).hasSize(6);
        assertThat(problems.describe("the environment"))
                .startsWith("6 problems in the environment:")
                .contains("SLIPWAY_WAIT_TIMEOUT is '5 minutes'; expected a duration such as 30s, 5m or 1h30m")
                .contains("SLIPWAY_SCHEMA_AHEAD is 'maybe'; expected one of allow, fail");
    }

    @Test
    void aSchemaAndATableAreOneNameEach() {
        Map<String, String> bad = Map.of(
                "a,b", "SLIPWAY_SCHEMA is 'a,b'; expected one schema; for several, run once for each",
                " a, b ", "SLIPWAY_SCHEMA is ' a, b '; expected one schema",
                "a;b", "SLIPWAY_SCHEMA is 'a;b'; expected one schema",
                "\"a\"", "SLIPWAY_SCHEMA is '\"a\"'; expected the name without quotes around it",
                "\"A\",b", "expected one schema");
        bad.forEach(
                (text, sentence) -> assertThat(problemsOf(Setting.SCHEMA, text)).contains(sentence));
        Map.of(
                        "x.y", "expected the name of a table without its schema, which the setting schema names",
                        "x,y", "expected one table",
                        "\"x\".y", "expected the name of a table without its schema",
                        "\"x\"", "expected the name without quotes around it")
                .forEach((text, sentence) ->
                        assertThat(problemsOf(Setting.HISTORY_TABLE, text)).contains(sentence));
        for (String good : List.of("shop", "My Shop", "o'\"x", "Übung", "shop-1", "tenant.1")) {
            assertThat(problemsOf(Setting.SCHEMA, good)).isEmpty();
        }
    }

    private static String problemsOf(Setting<?> setting, String text) {
        var problems = new Problems();
        Settings.fromEnv(Map.of(setting.env(), text), problems);
        return problems.isEmpty() ? "" : problems.describe("the environment");
    }

    @Test
    void anAddressWithAPasswordIsRefusedWithoutShowingIt() {
        var problems = new Problems();

        Settings.fromEnv(Map.of("SLIPWAY_PUSH_GATEWAY", "http://user:s3cret@push:9091"), problems);

        assertThat(problems.list()).hasSize(1);
        assertThat(problems.describe("the environment")).doesNotContain("s3cret");
    }

    @Test
    void anEmptyVariableCountsAsNotGiven() {
        assertThat(Settings.fromEnv(Map.of("SLIPWAY_SCHEMA", ""), new Problems()))
                .isEqualTo(Settings.DEFAULTS);
    }

    @Test
    void unknownVariablesAreSuggestedButServiceVariablesAreNot() {
        var env = new HashMap<String, String>();
        env.put("SLIPWAY_WAIT_TIMOUT", "5m");
        env.put("SLIPWAY_WEBHOOK_SERVICE_HOST", "10.0.0.1");
        env.put("SLIPWAY_WEBHOOK_PORT_443_TCP", "tcp://10.0.0.1:443");
        env.put("HOME", "/");

        assertThat(Settings.unknownEnv(env))
                .isEqualTo(Map.of("SLIPWAY_WAIT_TIMOUT", Optional.of("SLIPWAY_WAIT_TIMEOUT")));
    }

    @Test
    void aLaterSourceWins() {
        Settings settings = new Settings.Builder(new Problems())
                .set(Setting.SCHEMA, "one", "env")
                .set(Setting.SCHEMA, "two", "--schema")
                .build();

        assertThat(settings.get(Setting.SCHEMA)).isEqualTo("two");
    }

    @Test
    void namesAreUnique() {
        assertThat(Setting.all().stream().map(Setting::name).toList()).doesNotHaveDuplicates();
    }

    /** The env of a container wins over its envFrom, so the list cannot come from there. */
    @Test
    void onlyTheNamedSettingsCountBesideAnApplicationsVariables() {
        var env = Map.of(
                "SLIPWAY_SETTINGS", " schema ,pod-name",
                "SLIPWAY_SCHEMA", "shop",
                "SLIPWAY_POD_NAME", "api-0",
                "SLIPWAY_MIGRATIONS", "/elsewhere",
                "SLIPWAY_SCHEMATA", "typing mistake in another variable",
                "DATABASE_URL", "postgres://db/shop");

        assertThat(Settings.counted(env))
                .isEqualTo(Map.of(
                        "SLIPWAY_SCHEMA", "shop", "SLIPWAY_POD_NAME", "api-0", "DATABASE_URL", "postgres://db/shop"));
    }

    @Test
    void withoutAListAllSettingsCount() {
        assertThat(Settings.counted(OTHER_THAN_DEFAULT)).isEqualTo(OTHER_THAN_DEFAULT);
        assertThat(Settings.counted(Map.of("SLIPWAY_SETTINGS", "", "SLIPWAY_SCHEMA", "shop")))
                .isEqualTo(Map.of("SLIPWAY_SCHEMA", "shop"));
    }
}
