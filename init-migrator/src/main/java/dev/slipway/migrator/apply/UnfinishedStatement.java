package dev.slipway.migrator.apply;

import dev.slipway.migrator.failure.SqlState;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.sql.QualifiedName;
import dev.slipway.migrator.sql.SettingStatement;
import dev.slipway.migrator.sql.SqlCommand;
import dev.slipway.migrator.sql.SqlCommand.CreateIndex;
import dev.slipway.migrator.sql.SqlCommand.DetachPartition;
import dev.slipway.migrator.sql.SqlCommand.DropIndex;
import dev.slipway.migrator.sql.SqlCommand.Reindex;
import dev.slipway.migrator.sql.SqlCommand.Reindex.Target;
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
import java.util.Set;

/**
 * Finds what an unfinished non-transactional statement left in the database, and removes it if that is provably safe:
 * an index that the script names and that PostgreSQL itself marks as invalid serves no query, and a half-detached
 * partition can only be detached completely.
 */
final class UnfinishedStatement {
    /** Finds an index by name; comparing its table leaves an index of the same name on another table alone. */
    private static final String INDEX = """
            select i.indisvalid and i.indisready, i.indexrelid::regclass::text
            from pg_index i where i.indexrelid = to_regclass(?) and (?::text is null or i.indrelid = to_regclass(?))""";

    /**
     * Finds what REINDEX CONCURRENTLY leaves: invalid indexes with these endings, on the table, its partitions and
     * their TOAST tables; for a schema or database on all of its tables.
     */
    private static final String REINDEX_REMAINS = """
            select i.indexrelid::regclass::text
            from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
            left join pg_class owner on owner.reltoastrelid = t.oid
            where not i.indisvalid and c.relname ~ '_cc(new|old)[0-9]*$'
              and (? or coalesce(owner.relnamespace, t.relnamespace) = to_regnamespace(?)
                or coalesce(owner.oid, t.oid) in (
                  select coalesce(x.indrelid, p.relid) from pg_partition_tree(to_regclass(?)) p
                  left join pg_index x on x.indexrelid = p.relid
                  union select coalesce((select indrelid from pg_index where indexrelid = to_regclass(?)), to_regclass(?))))
            """;

    /** Finds the indexes of a table that serve no query. */
    private static final String INVALID = """
            select i.indexrelid::regclass::text from pg_index i where i.indrelid = to_regclass(?) and not i.indisvalid""";

    private static final String DETACH_PENDING =
            "select inhdetachpending from pg_inherits where inhrelid = to_regclass(?) and inhparent = to_regclass(?)";

    /** Commands that are safe to run again. */
    private static final List<String> REPEATABLE =
            List.of("VACUUM", "CLUSTER", "REPACK", "REINDEX", "DISCARD", "ALTER SYSTEM");

    private final Connection connection;
    private final EventLog log;

    UnfinishedStatement(Connection connection, EventLog log) {
        this.connection = connection;
        this.log = log;
    }

    /** The state of a statement according to the catalog alone. */
    enum State {
        /** Its work is complete. */
        DONE,
        /** It left nothing, or what it left has been removed: it can run. */
        OPEN,
        /** The catalog does not show it. */
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

    /**
     * Makes room for a statement that is about to run: an invalid index with the name it uses would make it fail, or,
     * with IF NOT EXISTS, would pass for its work.
     *
     * @return the indexes on its table that were invalid before it ran; for {@link #cleanUpAfter}
     */
    Set<String> prepare(SqlStatement statement) throws SQLException {
        if (!(statement.command() instanceof CreateIndex create) || !create.concurrently()) {
            return Set.of();
        }
        if (create.index().isPresent()) {
            cleanUpIndex(create);
            return Set.of();
        }
        return invalidIndexes(create.table());
    }

    /** Like {@link #cleanUp}, right after a statement of this session failed with an error. */
    State cleanUpAfter(SqlStatement statement, Set<String> invalidBefore) throws SQLException {
        boolean withoutName = statement.command() instanceof CreateIndex create
                && create.concurrently()
                && create.index().isEmpty();
        if (withoutName && statement.command() instanceof CreateIndex create) {
            for (String name : invalidIndexes(create.table())) {
                if (!invalidBefore.contains(name)) {
                    drop(name);
                }
            }
            return State.OPEN;
        }
        State state = cleanUp(statement);
        return state == State.UNKNOWN && isAtomic(statement) ? State.OPEN : state;
    }

    /**
     * Outside a transaction block every statement is a transaction of its own, except those that commit while they run.
     */
    static boolean isAtomic(SqlStatement statement) {
        String start = statement.text().toUpperCase(Locale.ROOT);
        return !start.startsWith("DO") && !start.startsWith("CALL");
    }

    private Set<String> invalidIndexes(QualifiedName table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INVALID)) {
            statement.setString(1, table.quoted());
            return Set.copyOf(names(statement));
        }
    }

    private static List<String> names(PreparedStatement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery()) {
            var names = new ArrayList<String>();
            while (result.next()) {
                names.add(result.getString(1));
            }
            return names;
        }
    }

    private static boolean isHarmlessToRepeat(SqlStatement statement) {
        String start = statement.text().strip().toUpperCase(Locale.ROOT);
        return SettingStatement.is(statement) || REPEATABLE.stream().anyMatch(start::startsWith);
    }

    /** The names of the indexes that the statement should have built but that are missing or invalid. */
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

    /** Rebuilding again is always safe; what the last attempt left only takes up space. */
    private State cleanUpReindex(Reindex reindex) throws SQLException {
        boolean all = reindex.target() == Target.DATABASE || reindex.target() == Target.SYSTEM;
        Optional<String> name = reindex.name().map(QualifiedName::quoted);
        String relation = reindex.target() == Target.SCHEMA ? null : name.orElse(null);
        try (PreparedStatement statement = connection.prepareStatement(REINDEX_REMAINS)) {
            statement.setBoolean(1, all);
            statement.setString(2, reindex.target() == Target.SCHEMA ? name.orElse(null) : null);
            statement.setString(3, relation);
            statement.setString(4, relation);
            statement.setString(5, relation);
            for (String remains : names(statement)) {
                dropIfAllowed(remains);
            }
        }
        return State.OPEN;
    }

    /** Ordinary roles cannot drop such remains on a TOAST table; they are harmless. */
    private void dropIfAllowed(String name) throws SQLException {
        try {
            drop(name);
        } catch (SQLException refused) {
            if (!SqlState.of(refused)
                    .filter(SqlState.INSUFFICIENT_PRIVILEGE::equals)
                    .isPresent()) {
                throw refused;
            }
            log.warn("only a superuser can drop an invalid index that a REINDEX left; it takes space", "index", name);
        }
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
        log.info("dropping an invalid index, whose building did not come to its end", "index", name);
        execute("drop index concurrently if exists " + name);
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
