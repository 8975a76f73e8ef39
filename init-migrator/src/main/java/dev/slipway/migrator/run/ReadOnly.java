package dev.slipway.migrator.run;

import dev.slipway.contract.ExitCode;
import dev.slipway.migrator.failure.RunFailure;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** Checked before anything is written: a read-only server or session is not the fault of a migration. */
public final class ReadOnly {
    private static final String LOOK = """
            select pg_is_in_recovery(), current_setting('transaction_read_only') = 'on',
              (select source from pg_settings where name = 'default_transaction_read_only')""";

    private ReadOnly() {}

    /** @throws RunFailure with exit 4 if this session cannot write; the message says why */
    public static void refuse(Connection connection, String database) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(LOOK)) {
            result.next();
            if (result.getBoolean(1)) {
                throw refusal(
                        database + " is a standby, which takes no writes",
                        "name the primary, or all hosts with target_session_attrs=primary");
            }
            if (result.getBoolean(2)) {
                throw refusal(
                        database + " takes no writes: default_transaction_read_only is on (set by "
                                + result.getString(3) + ")",
                        "reset default_transaction_read_only for this role or database, or name the server that is"
                                + " meant to be written to");
            }
        }
    }

    private static RunFailure refusal(String sentence, String wayOut) {
        return new RunFailure(ExitCode.PREFLIGHT_REFUSED, sentence, wayOut, Map.of("sqlState", "25006"), null);
    }
}
