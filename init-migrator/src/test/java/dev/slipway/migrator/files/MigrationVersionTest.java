package dev.slipway.migrator.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MigrationVersionTest {
    private static final List<String> SOME = List.of(
            "1", "1.0", "01", "1_0_0", "1.1", "1.01", "1.10", "2", "9", "10", "20260101120000", "0", "0.1", "1.0.1");

    @Test
    void ordersAndEqualsAsFlywayDoes() {
        for (String left : SOME) {
            for (String right : SOME) {
                int flyway = org.flywaydb.core.api.MigrationVersion.fromVersion(left)
                        .compareTo(org.flywaydb.core.api.MigrationVersion.fromVersion(right));
                MigrationVersion ours = MigrationVersion.parse(left).orElseThrow();
                MigrationVersion other = MigrationVersion.parse(right).orElseThrow();
                assertThat(Integer.signum(ours.compareTo(other)))
                        .as("%s against %s", left, right)
                        .isEqualTo(Integer.signum(flyway));
                assertThat(ours.equals(other)).as("%s equals %s", left, right).isEqualTo(flyway == 0);
            }
        }
    }

    @Test
    void equalVersionsHaveEqualHashCodes() {
        assertThat(Stream.of("1", "1.0", "01_0")
                        .map(text -> MigrationVersion.parse(text).orElseThrow().hashCode())
                        .distinct())
                .hasSize(1);
    }

    @Test
    void isWrittenAsFlywayWritesIt() {
        assertThat(SOME)
                .allSatisfy(text -> assertThat(MigrationVersion.parse(text).orElseThrow())
                        .hasToString(org.flywaydb.core.api.MigrationVersion.fromVersion(text)
                                .getVersion()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "1.", ".1", "1..2", "1_", "v1", "-1", "1 "})
    void refusesWhatIsNoVersion(String text) {
        assertThat(MigrationVersion.parse(text)).isEmpty();
    }
}
