package dev.slipway.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The annotation on a class: each test runs on each selected major. */
@PostgresTest
class PostgresTestIT {
    private static final Set<String> DATABASES = new HashSet<>();

    @Test
    void aDatabaseIsFresh(TestDatabase database) {
        assertThat(DATABASES.add(database.toString())).isTrue();
        assertThat(database.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
                .isEmpty();
        database.execute("CREATE TABLE dirt (id int)");
    }

    @Test
    void anotherDatabaseIsFreshToo(TestDatabase database) {
        aDatabaseIsFresh(database);
    }

    @Test
    void aSessionOfSlipwayThatStaysIsNamed(TestDatabase database) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET application_name = 'slipway/shop/api-1'");
            assertThatThrownBy(() -> Leftovers.assertNone(database, Duration.ZERO))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("slipway/shop/api-1");
        }
    }

    @Test
    void anAdvisoryLockThatStaysIsNamed(TestDatabase database) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(7, 8)");
            assertThatThrownBy(() -> Leftovers.assertNone(database, Duration.ZERO))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("advisory lock 7/8");
        }
    }
}
