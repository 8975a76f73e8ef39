package dev.slipway.migrator.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Settings;
import java.util.List;
import org.junit.jupiter.api.Test;

class DotEnvTest {
    private static final List<String> NAMES = ConnectionParameters.variables(Settings.DEFAULTS);

    private final Problems problems = new Problems();

    @Test
    void onlyTheDatabaseIsRead() {
        DotEnv read = parse("""
                # of the application
                NODE_OPTIONS=--max-old-space-size=4096
                KEY="-----BEGIN KEY-----
                DATABASE_URL=inside
                -----END KEY-----"
                export PGHOST = localhost   # here
                PGUSER="shop"
                PGPASSWORD='a$b#"c\\d'
                PGPASSWORD_FILE=/etc/shadow
                SLIPWAY_SCHEMA=other
                PGPORT=
                """);
        assertThat(problems.list()).isEmpty();
        assertThat(read.values())
                .containsOnlyKeys("PGHOST", "PGUSER", "PGPASSWORD")
                .containsEntry("PGHOST", "localhost")
                .containsEntry("PGUSER", "shop")
                .containsEntry("PGPASSWORD", "a$b#\"c\\d");
        assertThat(read.place("PGUSER")).isEqualTo(".env line 7: PGUSER");
        assertThat(read.place("PGSSLMODE")).isEqualTo("PGSSLMODE");
        assertThat(read.toString()).doesNotContain("shop", "a$b");
    }

    @Test
    void whatProgramsReadDifferentlyIsRefusedWithoutItsValue() {
        for (String value : List.of("ge$heim", "\"ge${heim}\"", "ge\\heim", "\"ge", "'ge'heim", "\"a\" geheim")) {
            var own = new Problems();
            DotEnv.parse("\nPGPASSWORD=" + value, NAMES, own);
            assertThat(own.list()).as(value).hasSize(1);
            assertThat(own.describe("it"))
                    .contains(".env line 2: PGPASSWORD", "single quotes")
                    .doesNotContain("ge$", "heim");
        }
    }

    @Test
    void theLastOfTwoCounts() {
        assertThat(parse("PGHOST=a\nPGHOST=b").values()).containsEntry("PGHOST", "b");
    }

    private DotEnv parse(String text) {
        return DotEnv.parse(text, NAMES, problems);
    }
}
