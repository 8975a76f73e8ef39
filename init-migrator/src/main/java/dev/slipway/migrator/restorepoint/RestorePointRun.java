package dev.slipway.migrator.restorepoint;

import dev.slipway.contract.RestorePoint;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.failure.ServerError;
import dev.slipway.migrator.failure.SqlState;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.restorepoint.RestorePointFacts.Obstacle;
import dev.slipway.migrator.session.Termination;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Optional;

/**
 * Makes the restore point of a run. Called under the migration lock, when something is pending and nothing is changed
 * yet, on a connection in autocommit: so a statement that fails here leaves the session as it was.
 */
public final class RestorePointRun {
    /** The characters of the first word that the name has room for: PostgreSQL refuses names of more than 63 bytes. */
    private static final int LONGEST_WORD = 17;

    /**
     * Names are unique in the whole server, because recovery stops at the first one that fits: no session makes two in one
     * millisecond. OFFSET keeps the clock from being read twice.
     */
    private static final String MAKE = """
            select name, pg_catalog.pg_create_restore_point(name)::text
            from (select pg_catalog.concat('slipway_before_%s_',
                pg_catalog.to_char(pg_catalog.timezone('UTC', pg_catalog.clock_timestamp()), 'YYYYMMDD"T"HH24MISSMS"Z"'),
                '_', pg_catalog.pg_backend_pid()) as name offset 0) named""";

    private final RestorePoint wanted;
    private final Termination termination;
    private final EventLog log;

    private RestorePointRun(RestorePoint wanted, Termination termination, EventLog log) {
        this.wanted = wanted;
        this.termination = termination;
        this.log = log;
    }

    /**
     * Empty if none is wanted, or none can be made and none is required.
     *
     * @param first what the run begins with: a version, or a word
     * @throws RunFailure with exit 4 if one is required and cannot be made
     * @throws SQLException if the connection is gone, or SIGTERM cancelled the statement
     */
    public static Optional<NamedPoint> make(
            Connection connection, Settings settings, String first, Termination termination, EventLog log)
            throws SQLException {
        return new RestorePointRun(settings.get(Setting.RESTORE_POINT), termination, log).make(connection, first);
    }

    private Optional<NamedPoint> make(Connection connection, String first) throws SQLException {
        if (wanted == RestorePoint.OFF) {
            return Optional.empty();
        }
        try (Statement statement = connection.createStatement()) {
            RestorePointFacts facts = look(statement);
            Optional<Obstacle> obstacle = facts.obstacle();
            return obstacle.isPresent() ? without(obstacle.get()) : Optional.of(make(statement, first, facts));
        } catch (SQLException failure) {
            Optional<ServerError> refused = ServerError.of(failure);
            if (refused.isEmpty() || SqlState.isConnectionLost(failure) || termination.hasBegun()) {
                throw failure;
            }
            return without(Obstacle.refusedByServer(refused.get().message()));
        }
    }

    private static RestorePointFacts look(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(RestorePointFacts.QUESTION)) {
            row.next();
            var texts = new ArrayList<String>();
            for (int column = 1; column <= RestorePointFacts.COLUMNS; column++) {
                texts.add(row.getString(column));
            }
            return RestorePointFacts.of(texts);
        }
    }

    private NamedPoint make(Statement statement, String first, RestorePointFacts facts) throws SQLException {
        String word = first.substring(0, Math.min(first.length(), LONGEST_WORD));
        try (ResultSet row = statement.executeQuery(MAKE.formatted(word))) {
            row.next();
            var point = new NamedPoint(row.getString(1), row.getString(2));
            Optional<String> doubt =
                    facts.archiving() ? Optional.empty() : Optional.of(RestorePointFacts.STREAMED_ONLY);
            log.info("restore point made", "restorePoint", point.name(), "lsn", point.lsn(), "doubt", doubt);
            return point;
        }
    }

    private Optional<NamedPoint> without(Obstacle obstacle) {
        if (wanted == RestorePoint.REQUIRE) {
            throw obstacle.refusal();
        }
        log.info("no restore point is made", "reason", obstacle.sentence(), "wayOut", obstacle.wayOut());
        return Optional.empty();
    }
}
