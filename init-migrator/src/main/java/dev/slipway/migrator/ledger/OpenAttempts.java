package dev.slipway.migrator.ledger;

import dev.slipway.migrator.failure.SqlState;
import dev.slipway.migrator.files.MigrationVersion;
import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.sql.SqlLiteral;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The newest attempts at scripts outside a transaction that have not finished, unless they left nothing. Both drivers
 * send the same query. Immutable.
 */
public final class OpenAttempts {
    /** A versioned script is identified by its version, because its file may be renamed between two attempts. */
    private static final String IDENTITY =
            "coalesce('version ' || version, 'script ' || script) || case when undoes then ' undone' else '' end";

    public static final int COLUMNS = 6;

    public static final OpenAttempts NONE = new OpenAttempts(Map.of());

    private final Map<String, Attempt> attempts;

    private OpenAttempts(Map<String, Attempt> attempts) {
        this.attempts = Map.copyOf(attempts);
    }

    /**
     * An attempt at a script, outside a transaction, that did not finish.
     *
     * @param orderly whether it failed with an error and left nothing of the failed statement behind; false after a
     * kill, when its progress is unknown
     * @param startedAt as the server prints it
     * @param progress how much it had done
     */
    public record Attempt(boolean orderly, String runBy, String startedAt, Progress progress) {
        /** @param digests separated by blanks; empty if they were not kept */
        static Attempt of(String state, String runBy, String startedAt, int done, String digests) {
            return new Attempt(
                    state.equals("failed"),
                    runBy,
                    startedAt,
                    new Progress(done, digests.isEmpty() ? List.of() : List.of(digests.split(" "))));
        }
    }

    /** Columns: identity, state, run by, started at, statements done, digests; all of them text. */
    public static String question(HistoryTable history) {
        return "select " + IDENTITY + ", state, run_by, started_at::text, coalesce(statements_done, 0)::text,"
                + " coalesce(statement_digests, '') from (select distinct on (" + IDENTITY + ") * from "
                + RunLedger.tableOf(history) + " where history_table = " + SqlLiteral.of(history.table())
                + " and not transactional order by " + IDENTITY + ", id desc) newest"
                + " where state = 'started' or (state = 'failed' and statements_done > 0)";
    }

    /** @param rows the rows of the query's result, as texts */
    public static OpenAttempts of(List<List<String>> rows) {
        var attempts = new HashMap<String, Attempt>();
        for (List<String> row : rows) {
            attempts.put(
                    row.get(0),
                    Attempt.of(row.get(1), row.get(2), row.get(3), Integer.parseInt(row.get(4)), row.get(5)));
        }
        return new OpenAttempts(attempts);
    }

    /** Returns none if the table does not exist. */
    public static OpenAttempts read(Connection connection, HistoryTable history) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = HistoryTable.query(statement, question(history))) {
            var rows = new ArrayList<List<String>>();
            while (result.next()) {
                var row = new ArrayList<String>();
                for (int column = 1; column <= COLUMNS; column++) {
                    row.add(result.getString(column));
                }
                rows.add(row);
            }
            return of(rows);
        } catch (SQLException refused) {
            if (SqlState.of(refused).filter(SqlState::isAbsenceOrOlder).isPresent()) {
                return NONE;
            }
            throw refused;
        }
    }

    /** Whether callbacks of an earlier run still have to be called, see {@link RunLedger#CALLBACKS}. */
    public boolean owesCallbacks() {
        return at(RunLedger.CALLBACKS).isPresent();
    }

    /** Whether a file of this version has started, so that its results may be there. */
    public boolean isBegun(MigrationVersion version) {
        return attempts.containsKey("version " + version);
    }

    /** Empty if it never started, finished, or failed without doing anything. */
    public Optional<Attempt> at(LedgerScript script) {
        return Optional.ofNullable(attempts.get(
                script.version().map(version -> "version " + version).orElse("script " + script.name())
                        + (script.undoes() ? " undone" : "")));
    }
}
