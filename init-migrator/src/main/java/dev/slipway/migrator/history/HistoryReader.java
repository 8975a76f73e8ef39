package dev.slipway.migrator.history;

import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.report.EventLog;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The history of a run, and the schema that it is about: each connection is asked before anything is set in it, together with
 * its first look at the history. Used by one thread.
 */
public final class HistoryReader {
    private final Settings configured;
    private final EventLog log;
    private boolean drizzle;
    private Settings settings;
    private Optional<SchemaChoice> place = Optional.empty();
    private String said = "";
    private @Nullable Connection asked;

    public HistoryReader(Settings configured, EventLog log) {
        this.configured = configured;
        this.log = log;
        this.settings = configured;
    }

    /** The folder is Drizzle's. */
    public void useDrizzle() {
        drizzle = true;
    }

    /** With the schema that was found; before the first look with the one that was configured. */
    public Settings settings() {
        return settings;
    }

    public HistoryTable table() {
        return HistoryTable.of(settings);
    }

    /** Whether scripts find the search_path as the session has it, instead of one that begins with the schema. */
    public boolean keepsSearchPath() {
        return drizzle && !isGiven();
    }

    /**
     * All rows; empty if there is no history yet.
     *
     * @throws RunFailure if no schema can be told
     */
    public Optional<List<HistoryRow>> read(Connection connection) throws SQLException {
        if (connection == asked) {
            return table().read(connection);
        }
        Optional<List<HistoryRow>> rows = isGiven() ? readGiven(connection) : readFound(connection);
        asked = connection;
        return rows;
    }

    private Optional<List<HistoryRow>> readGiven(Connection connection) throws SQLException {
        Optional<List<HistoryRow>> rows = table().read(connection);
        if (rows.isEmpty()) {
            decide(SessionSchema.ask(connection, table()));
        }
        return rows;
    }

    private Optional<List<HistoryRow>> readFound(Connection connection) throws SQLException {
        SessionSchema.Read read = SessionSchema.read(connection, HistoryTable.of(configured));
        SessionSchema session = read.session();
        decide(session);
        // Not by the records' own equality, whose code is generated at its first use: every start comes here.
        boolean isDefault = schema().equals(configured.get(Setting.SCHEMA));
        long history = isDefault ? session.historyInSchema() : session.historyThere();
        if (history == 0) {
            return Optional.empty();
        }
        return history == session.historyOnPath() && read.rows().isPresent() ? read.rows() : table().read(connection);
    }

    /** Asks again on a connection that holds the lock of {@link #table}, which others may have made another's meanwhile. */
    public boolean isStill(Connection connection) throws SQLException {
        String locked = schema();
        if (!isGiven()) {
            decide(SessionSchema.ask(connection, HistoryTable.of(configured)));
        }
        return schema().equals(locked);
    }

    private String schema() {
        return settings.get(Setting.SCHEMA);
    }

    private void decide(SessionSchema session) {
        SchemaChoice found = SchemaChoice.of(configured, drizzle, session);
        settings = isGiven() ? configured : configured.with(Setting.SCHEMA, found.schema());
        place = Optional.of(found);
    }

    /**
     * Says once what there is to say about the schema.
     *
     * @param creates whether anything is about to be created in it
     * @throws RunFailure if that may not be
     */
    public void weigh(boolean creates) {
        if (place.isEmpty()) {
            return;
        }
        Optional<RunFailure> objection = place.get().objection();
        if (creates && objection.isPresent()) {
            throw objection.get();
        }
        String word = objection
                .map(failure -> failure.sentence() + "; " + failure.wayOut())
                .orElse(creates ? place.get().remark() : "");
        if (!word.isEmpty() && !word.equals(said)) {
            said = word;
            say(word, place.get());
        }
    }

    private void say(String word, SchemaChoice found) {
        if (found.doubtful()) {
            log.warn(word, "schema", found.schema());
        } else {
            log.info(word, "schema", found.schema());
        }
    }

    private boolean isGiven() {
        return configured.isGiven(Setting.SCHEMA);
    }
}
