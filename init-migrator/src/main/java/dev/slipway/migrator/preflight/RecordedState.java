package dev.slipway.migrator.preflight;

import dev.slipway.migrator.drizzle.DrizzleRow;
import dev.slipway.migrator.history.ExistingSchema;
import dev.slipway.migrator.history.HistoryRow;
import dev.slipway.migrator.ledger.OpenAttempts;
import dev.slipway.migrator.session.DatabaseIdentity;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the database has recorded about its migrations. Immutable.
 *
 * @param schema the schema in which migrations create unqualified names
 * @param rows of the history, in the order of their rank; none if there is no table yet
 * @param hasHistory whether the table exists
 * @param existing what else the schema contains; empty if it was not read
 * @param drizzle rows of Drizzle's own table; none for other folders
 * @param attempts at scripts that may be half done
 * @param identity empty if the server did not answer
 * @param oldestAppVersions by the version of an applied contract migration: the oldest application that it allows
 */
public record RecordedState(
        String schema,
        List<HistoryRow> rows,
        boolean hasHistory,
        Optional<ExistingSchema> existing,
        List<DrizzleRow> drizzle,
        OpenAttempts attempts,
        Optional<DatabaseIdentity> identity,
        Map<String, String> oldestAppVersions) {
    /** Leaves the schema open; it is set by {@link #in}. */
    RecordedState(
            List<HistoryRow> rows,
            List<DrizzleRow> drizzle,
            OpenAttempts attempts,
            Optional<DatabaseIdentity> identity,
            Map<String, String> oldestAppVersions) {
        this("", rows, true, Optional.empty(), drizzle, attempts, identity, oldestAppVersions);
    }

    public RecordedState {
        rows = List.copyOf(rows);
        drizzle = List.copyOf(drizzle);
        oldestAppVersions = Map.copyOf(oldestAppVersions);
    }

    RecordedState in(String newSchema) {
        return new RecordedState(newSchema, rows, hasHistory, existing, drizzle, attempts, identity, oldestAppVersions);
    }

    RecordedState withRows(List<HistoryRow> otherRows) {
        return new RecordedState(
                schema, otherRows, hasHistory, existing, drizzle, attempts, identity, oldestAppVersions);
    }

    RecordedState in(ExistingSchema found, boolean besideHistory) {
        return new RecordedState(
                schema, rows, besideHistory, Optional.of(found), drizzle, attempts, identity, oldestAppVersions);
    }
}
