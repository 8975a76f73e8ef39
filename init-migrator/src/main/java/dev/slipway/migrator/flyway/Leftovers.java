package dev.slipway.migrator.flyway;

import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.sql.QualifiedName;
import dev.slipway.migrator.sql.SqlCommand;
import dev.slipway.migrator.sql.SqlCommand.CreateIndex;
import dev.slipway.migrator.sql.SqlCommand.DetachPartition;
import dev.slipway.migrator.sql.SqlCommand.DropIndex;
import dev.slipway.migrator.sql.SqlCommand.Reindex;
import dev.slipway.migrator.sql.SqlStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a non-transactional statement that did not finish leaves in the database, and its removal where that is provably
 * safe: an index that PostgreSQL itself marks as invalid serves no query, and was named by the script; a partition that
 * is half detached can only be finished.
 */
final class Leftovers {
    /** An index of this name; its table is compared so that a namesake elsewhere is left alone. */
    private static final String INDEX = """
            select i.indisvalid and i.indisready, i.indexrelid::regclass::text
            from pg_index i where i.indexrelid = to_regclass(?) and (?::text is null or i.indrelid = to_regclass(?))""";

    /** Invalid indexes on a table that REINDEX CONCURRENTLY left: PostgreSQL gives them these endings. */
    private static final String REINDEX_REMAINS = """
            select i.indexrelid::regclass::text from pg_index i join pg_class c on c.oid = i.indexrelid
            where not i.indisvalid and c.relname ~ '_cc(new|old)[0-9]*$'
              and (i.indrelid = to_regclass(?) or i.indrelid = (select indrelid from pg_index where indexrelid = to_regclass(?)))""";

    private static final String DETACH_PENDING =
            "select inhdetachpending from pg_inherits where inhrelid = to_regclass(?) and inhparent = to_regclass(?)";

    /** Commands that come to the same end however often they run. */
    private static final List<String> REPEATABLE =
            List.of("VACUUM", "CLUSTER", "REPACK", "REINDEX", "DISCARD", "ALTER SYSTEM", "SET ", "RESET");

    private final Connection connection;
    private final EventLog log;

    Leftovers(Connection connection, EventLog log) {
        this.connection = connection;
        this.log = log;
    }

    /** How a statement stands, judged by the catalog alone. */
    enum State {
        /** Its work is there, complete. */
        DONE,
        /** Nothing of it is there, or what was there has been removed: it can run. */
        OPEN,
        /** Nobody can tell. */
        UNKNOWN
    }

    /** Removes what an unfinished attempt left, and says whether the statement still has to run. */
    State cleanUp(SqlStatement statement) throws SQLException {
        SqlCommand command = statement.command();
        if (command instanceof CreateIndex create
                && create.concurrently()
                && create.index().isPresent()) {
            return cleanUpIndex(create);
        }
        if (command instanceof DropIndex drop && drop.concurrently()) {
            return allGone(drop.indexes()) ? State.DONE : State.OPEN;
        }
        if (command instanceof Reindex reindex && reindex.concurrently()) {
            return cleanUpReindex(reindex);
        }
        if (command instanceof DetachPartition detach && detach.concurrently()) {
            return finishDetach(detach);
        }
        return isHarmlessToRepeat(statement) ? State.OPEN : State.UNKNOWN;
    }

    private static boolean isHarmlessToRepeat(SqlStatement statement) {
        String start = statement.text().strip().toUpperCase(Locale.ROOT);
        return REPEATABLE.stream().anyMatch(start::startsWith);
    }

    /** The names of the indexes that the statement was to build but that are missing or invalid. */
    List<String> unbuilt(SqlCommand command) throws SQLException {
        if (command instanceof CreateIndex create && create.index().isPresent()) {
            Optional<Index> index = index(create);
            if (index.isEmpty() || !index.get().valid()) {
                return List.of(create.index().get().toString());
            }
        }
        return List.of();
    }

    private record Index(boolean valid, String name) {}

    private State cleanUpIndex(CreateIndex create) throws SQLException {
        Optional<Index> index = index(create);
        if (index.isEmpty()) {
            return State.OPEN;
        }
        if (index.get().valid()) {
            return State.DONE;
        }
        drop(index.get().name());
        return State.OPEN;
    }

    private Optional<Index> index(CreateIndex create) throws SQLException {
        String table = create.table().quoted();
        try (PreparedStatement statement = connection.prepareStatement(INDEX)) {
            statement.setString(1, create.index().orElseThrow().quoted());
            statement.setString(2, table);
            statement.setString(3, table);
            try (ResultSet result = statement.executeQuery()) {
                return result.next()
                        ? Optional.of(new Index(result.getBoolean(1), result.getString(2)))
                        : Optional.empty();
            }
        }
    }

    private boolean allGone(List<QualifiedName> indexes) throws SQLException {
        for (QualifiedName index : indexes) {
            try (PreparedStatement statement = connection.prepareStatement("select to_regclass(?) is null")) {
                statement.setString(1, index.quoted());
                try (ResultSet result = statement.executeQuery()) {
                    result.next();
                    if (!result.getBoolean(1)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    /** To rebuild once more is always safe; only what the last attempt left is in the way. */
    private State cleanUpReindex(Reindex reindex) throws SQLException {
        if (reindex.name().isPresent()) {
            var remains = new ArrayList<String>();
            try (PreparedStatement statement = connection.prepareStatement(REINDEX_REMAINS)) {
                statement.setString(1, reindex.name().get().quoted());
                statement.setString(2, reindex.name().get().quoted());
                try (ResultSet result = statement.executeQuery()) {
                    while (result.next()) {
                        remains.add(result.getString(1));
                    }
                }
            }
            for (String name : remains) {
                drop(name);
            }
        }
        return State.OPEN;
    }

    private State finishDetach(DetachPartition detach) throws SQLException {
        Optional<Boolean> pending = Optional.empty();
        try (PreparedStatement statement = connection.prepareStatement(DETACH_PENDING)) {
            statement.setString(1, detach.partition().quoted());
            statement.setString(2, detach.table().quoted());
            try (ResultSet result = statement.executeQuery()) {
                if (result.next()) {
                    pending = Optional.of(result.getBoolean(1));
                }
            }
        }
        if (pending.isEmpty()) {
            return State.DONE;
        }
        if (!pending.get()) {
            return State.OPEN;
        }
        log.info(
                "finishing a detach that was interrupted",
                "partition",
                detach.partition().toString());
        execute("alter table " + detach.table().quoted() + " detach partition "
                + detach.partition().quoted() + " finalize");
        return State.DONE;
    }

    /** @param name as regclass prints it: quoted and qualified as needed */
    private void drop(String name) throws SQLException {
        log.info("dropping an invalid index that an earlier attempt left", "index", name);
        execute("drop index concurrently if exists " + name);
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
