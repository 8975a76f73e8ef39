package dev.slipway.migrator.database;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a run while the Secret that names its database changes. */
class CurrentTargetTest {
    @TempDir
    Path secret;

    private final Map<String, String> env = new HashMap<>();
    private final List<String> complaints = new ArrayList<>();

    @BeforeEach
    void mountAll() throws IOException {
        mount("PGHOST", "db");
        mount("PGPORT", "5432");
        mount("PGDATABASE", "shop");
        mount("PGUSER", "app");
        mount("PGPASSWORD", "first");
        mount("PGSSLMODE", "require");
        mount("PGOPTIONS", "-c search_path=shop");
    }

    /** Key, new content; what the next attempt is made with; whether a run that has begun may go on there. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            PGHOST,     db2,                   app@db2:5432/shop (TLS require),    false
            PGHOST,     'db,db2',              'app@db:5432,db2:5432/shop (TLS require)', false
            PGPORT,     6432,                  app@db:6432/shop (TLS require),     false
            PGDATABASE, shop2,                 app@db:5432/shop2 (TLS require),    false
            PGOPTIONS,  -c search_path=tenant, app@db:5432/shop (TLS require),     false
            PGSSLMODE,  prefer,                app@db:5432/shop (TLS prefer),      true
            PGUSER,     app2,                  app2@db:5432/shop (TLS require),    true
            PGPASSWORD, second,                app@db:5432/shop (TLS require),     true
            """)
    void everythingIsReadAgain(String key, String content, String now, boolean sameDatabase) throws Exception {
        CurrentTarget connecting = first();
        CurrentTarget settled = first();
        DatabaseTarget before = next(connecting);
        settled.settleOn(next(settled));

        mount(key, content);

        assertThat(connecting.hasChangedSince(before)).isTrue();
        assertThat(next(connecting).describe()).isEqualTo(now);
        assertThat(complaints).isEmpty();
        if (sameDatabase) {
            assertThat(next(settled).describe()).isEqualTo(now);
        } else {
            assertThatThrownBy(() -> next(settled))
                    .isInstanceOf(OtherDatabase.class)
                    .hasMessage("this run began with app@db:5432/shop (TLS require), and its settings name " + now
                            + " since");
        }
    }

    @Test
    void aPasswordFileThatAVariableNamesIsReadAgain() throws Exception {
        Path token = mount("token", "first\n");
        env.put("DATABASE_URL", "postgres://shop@db/orders");
        env.put("PGPASSWORD_FILE", token.toString());
        CurrentTarget target = first();
        assertThat(next(target).credentials().password()).isEqualTo("first");

        mount("token", "second\n");

        assertThat(next(target).credentials().password()).isEqualTo("second");
    }

    @ParameterizedTest
    @CsvSource({"PGPORT, 99999, is not a port", "PGHOST, '', is not named", "PGSSLMODE, requir, did you mean"})
    void whatIsWrongForAMomentIsSaidOnceAndPassedOver(String key, String content, String reason) throws Exception {
        CurrentTarget target = first();
        DatabaseTarget before = next(target);

        mount(key, content);
        DatabaseTarget meanwhile = next(target);
        next(target);

        assertThat(target.hasChangedSince(before)).isFalse();
        assertThat(meanwhile).isSameAs(before);
        assertThat(complaints)
                .singleElement()
                .asString()
                .contains("cannot be used at the moment", reason, "going on with what they said before")
                .doesNotContain("first");
        mountAll();
        mount("PGHOST", "db2");
        assertThat(next(target).hosts()).containsExactly(new Host("db2", 5432));
    }

    @Test
    void aKeyThatIsTakenAwayIsPassedOver() throws Exception {
        CurrentTarget target = first();
        target.settleOn(next(target));

        Files.delete(secret.resolve("PGUSER"));

        assertThat(next(target).credentials()).isEqualTo(new Credentials("app", "first"));
        assertThat(complaints).singleElement().asString().contains("has no user; set PGUSER");
    }

    @Test
    void aRunGoesOnOnceItsDatabaseIsNamedAgain() throws Exception {
        CurrentTarget target = first();
        target.settleOn(next(target));
        mount("PGHOST", "db2");
        assertThatThrownBy(() -> next(target)).isInstanceOf(OtherDatabase.class);

        mount("PGHOST", "db");

        assertThat(next(target).hosts()).containsExactly(new Host("db", 5432));
    }

    @Test
    void aCorrectionEndsAPause() throws Exception {
        CurrentTarget target = first();
        DatabaseTarget tried = next(target);
        var slept = new ArrayList<Duration>();

        boolean toEnd = target.pause(Duration.ofSeconds(4), tried, time -> {
            slept.add(time);
            if (slept.size() == 2) {
                rewrite("PGHOST", "db2");
            }
            return false;
        });

        assertThat(toEnd).isFalse();
        assertThat(slept).hasSize(2);
    }

    @Test
    void aPauseIsAsLongAsItWasAskedFor() {
        CurrentTarget target = first();
        var slept = new ArrayList<Duration>();

        assertThat(target.pause(Duration.ofMillis(1700), target.latest(), time -> !slept.add(time)))
                .isFalse();

        assertThat(slept.stream().reduce(Duration.ZERO, Duration::plus)).isEqualTo(Duration.ofMillis(1700));
        assertThat(target.pause(Duration.ofSeconds(4), target.latest(), time -> true))
                .isTrue();
    }

    private Path mount(String key, String content) throws IOException {
        return Files.writeString(secret.resolve(key), content);
    }

    private void rewrite(String key, String content) {
        try {
            mount(key, content);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private CurrentTarget first() {
        var problems = new Problems();
        Settings mounted = new Settings.Builder(problems)
                .set(Setting.DATABASE_DIR, secret.toString(), "test")
                .build();
        CurrentTarget target = CurrentTarget.read(mounted, env, problems);
        assertThat(problems.list()).isEmpty();
        return requireNonNull(target);
    }

    private DatabaseTarget next(CurrentTarget target) throws OtherDatabase {
        DatabaseTarget next = target.next();
        String complaint = target.takeComplaint();
        if (!complaint.isEmpty()) {
            complaints.add(complaint);
        }
        return next;
    }
}
