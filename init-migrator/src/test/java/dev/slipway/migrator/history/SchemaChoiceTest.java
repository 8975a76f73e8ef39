package dev.slipway.migrator.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.failure.RunFailure;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Maps settings, session and histories to a schema or a refusal; the same on real servers:
 * {@code WhereThingsAreCreatedIT}.
 */
class SchemaChoiceTest {
    /** schema as given, folder, where the session creates, its path, where histories are: the schema, "not now" or "no", words */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "-    | flyway  | public | \"$user\", public | -          | public  | ''",
                "-    | flyway  | public | \"$user\", public | public     | public  | ''",
                "-    | flyway  | public | nosuch, public    | -          | public  | search_path names 'nosuch' before 'public'",
                "-    | flyway  | public | pg_catalog, public| -          | public  | ''",
                "-    | flyway  | app    | app               | app        | app     | schema was not given: it is 'app'",
                "-    | flyway  | app    | app, public       | app        | app     | schema was not given: it is 'app'",
                "-    | flyway  | app    | \"$user\", public | app        | app     | schema was not given: it is 'app'",
                "-    | flyway  | app    | \"$user\", public | public     | public  | going on in 'public'",
                "-    | flyway  | app    | app, public       | public     | not now | the history is in schema 'public'",
                "-    | flyway  | app    | app, public       | app public | no      | two histories",
                "-    | flyway  | app    | \"$user\", public | app public | no      | two histories",
                "-    | flyway  | app    | app               | -          | no      | creates tables in schema 'app', but schema",
                "-    | flyway  | app    | \"$user\", public | -          | no      | creates tables in schema 'app', but schema",
                "-    | flyway  | -      | nosuch            | -          | no      | cannot create tables anywhere",
                "-    | flyway  | -      | nosuch            | public     | no      | cannot create tables anywhere",
                "-    | flyway  | pg_temp | pg_temp, app     | public     | no      | temporary tables only",
                "-    | flyway  | pg_temp_7 | no, pg_temp    | -          | no      | temporary tables only",
                "-    | flyway  | pg_catalog | pg_catalog    | -          | no      | PostgreSQL's own",
                "-    | drizzle | public | app, public       | -          | public  | ''",
                "-    | drizzle | app    | app, public       | -          | app     | schema was not given: it is 'app'",
                "-    | drizzle | app    | app, public       | public     | public  | as with Drizzle",
                "-    | drizzle | app    | app, public       | app        | app     | schema was not given: it is 'app'",
                "-    | drizzle | app    | app, public       | app public | no      | two histories",
                "-    | drizzle | -      | nosuch            | -          | no      | cannot create tables anywhere",
                "public | flyway | app   | app               | app public | public  | ''",
                "public | flyway | -     | nosuch            | -          | public  | ''",
                "app  | flyway  | public | \"$user\", public | public     | app     | ''",
                "app  | drizzle | public | public            | -          | app     | ''",
                "new  | flyway  | public | public            | -          | no      | schema 'new' does not exist",
                "new  | drizzle | public | public            | -          | no      | schema 'new' does not exist",
                "new! | flyway  | public | public            | -          | new     | ''",
            })
    void everyStateHasOneAnswer(
            String given, String folder, String creates, String path, String histories, String expected, String words) {
        Settings settings = Settings.DEFAULTS;
        if (given != null) {
            settings = settings.with(Setting.SCHEMA, given.replace("!", ""))
                    .with(Setting.CREATE_SCHEMA, given.endsWith("!"));
        }
        List<String> there = histories == null ? List.of() : Arrays.asList(histories.split(" "));
        SessionSchema session = SessionSchema.of(
                creates == null ? "" : creates,
                path,
                !settings.get(Setting.SCHEMA).equals("new"),
                creates != null && there.contains(creates) ? 1 : 0,
                there.contains("public") ? 2 : 0,
                0);
        Settings all = settings;
        if (expected.equals("no")) {
            assertThatThrownBy(() -> SchemaChoice.of(all, folder.equals("drizzle"), session))
                    .isInstanceOfSatisfying(RunFailure.class, refusal -> {
                        assertThat(refusal.exitCode()).isEqualTo(ExitCode.USAGE);
                        assertThat(refusal.sentence()).contains(words);
                        assertThat(refusal.wayOut()).contains("--schema", "nothing has been run");
                    });
            return;
        }
        SchemaChoice place = SchemaChoice.of(all, folder.equals("drizzle"), session);
        boolean notNow = expected.equals("not now");
        assertThat(place.schema()).isEqualTo(notNow ? "public" : expected);
        assertThat(place.objection().map(RunFailure::sentence).orElse(place.remark()))
                .contains(words);
        assertThat(place.objection().isPresent()).isEqualTo(notNow);
        assertThat(words.isEmpty()).isEqualTo(place.remark().isEmpty() && !notNow);
    }
}
