package dev.slipway.migrator.preflight;

import dev.slipway.migrator.drizzle.DrizzleRow;
import dev.slipway.migrator.history.HistoryRow;
import java.util.List;
import java.util.Map;

/**
 * What the database says about the migrations that it has seen. Immutable.
 *
 * @param schema in which the migrations create what they name without one
 * @param rows of the history, in the order of their rank; none where there is no table yet
 * @param drizzle rows of Drizzle's own table; none for other folders
 * @param oldestAppVersions by the version of an applied contract migration: the oldest application that it allows
 */
public record Recorded(
        String schema, List<HistoryRow> rows, List<DrizzleRow> drizzle, Map<String, String> oldestAppVersions) {
    /** In a schema that is still to be said, see {@link #in}. */
    Recorded(List<HistoryRow> rows, List<DrizzleRow> drizzle, Map<String, String> oldestAppVersions) {
        this("", rows, drizzle, oldestAppVersions);
    }

    public Recorded {
        rows = List.copyOf(rows);
        drizzle = List.copyOf(drizzle);
        oldestAppVersions = Map.copyOf(oldestAppVersions);
    }

    Recorded in(String newSchema) {
        return new Recorded(newSchema, rows, drizzle, oldestAppVersions);
    }
}
