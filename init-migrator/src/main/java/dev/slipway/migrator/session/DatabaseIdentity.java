package dev.slipway.migrator.session;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The current user and database as the server names them, for two of Flyway's placeholders. */
public record DatabaseIdentity(String user, String database) {
    /** One row with both. */
    public static final String QUESTION = "select current_user::text, current_catalog::text";

    /** Queries the identity only when it is needed. */
    public interface Source {
        DatabaseIdentity get() throws SQLException;
    }

    public static Source of(Connection connection) {
        return () -> {
            try (Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery(QUESTION)) {
                result.next();
                return new DatabaseIdentity(result.getString(1), result.getString(2));
            }
        };
    }
}
