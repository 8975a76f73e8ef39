package dev.slipway.migrator.it;

import dev.slipway.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Empties a database between the rows of a table test; a new one for each would take longer than the row. */
final class FreshSchema {
    private FreshSchema() {}

    /** Creates the schema {@code public} again, with the database's owner. */
    static void in(TestDatabase database) {
        try (Connection connection = database.connectAsSuperuser();
                Statement statement = connection.createStatement()) {
            statement.execute("drop schema public cascade;create schema public authorization " + database.user());
        } catch (SQLException failed) {
            throw new IllegalStateException(failed.getMessage(), failed);
        }
    }
}
