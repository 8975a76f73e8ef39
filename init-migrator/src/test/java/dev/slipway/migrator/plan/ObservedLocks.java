package dev.slipway.migrator.plan;

import dev.slipway.migrator.effects.Effect;
import dev.slipway.migrator.effects.LockMode;
import dev.slipway.migrator.effects.Operation;
import dev.slipway.migrator.effects.TableWork;
import dev.slipway.testkit.postgres.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What a server did for one statement, to the relations that existed before. Names carry their schema. */
record ObservedLocks(
        Map<String, LockMode> locks,
        Set<String> scanned,
        Set<String> rewritten,
        Set<String> indexes,
        Set<String> partitioned) {
    /** @param index true for sequences too: the work on neither is planned */
    private record Relation(String name, boolean index, String storage, boolean partitioned) {}

    private static final String RELATIONS = """
            SELECT c.oid, n.nspname || '.' || c.relname, c.relkind IN ('i', 'I', 'S'), c.relfilenode,
              c.relkind = 'p'
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('public', 'other')
            """;

    /** A new, empty storage is no rewrite; how rows are found depends on the data. */
    private static final Set<Operation> UNCOMPARED =
            EnumSet.of(Operation.TRUNCATE, Operation.TRUNCATE_CASCADE, Operation.WRITE_ROWS);

    /** Whether the other end of a foreign key is scanned, or looked up by its index, is the server's choice. */
    private static final Set<Operation> JOINED = EnumSet.of(Operation.REFERENCED_AND_READ, Operation.REFERENCE_REMADE);

    private static final String LOCKS = """
            SELECT relation, mode FROM pg_locks WHERE locktype = 'relation' AND pid = pg_backend_pid()
            """;

    /** What this session did shortly before counts too, so only the difference tells. */
    private static final String SCANS = "SELECT relid, seq_scan FROM pg_stat_xact_all_tables";

    static ObservedLocks inTransaction(Connection connection, String sql) throws SQLException {
        Map<Long, Relation> before = relations(connection);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            List<List<String>> scansBefore = rows(connection, SCANS);
            statement.execute(sql);
            return observe(connection, before, scansBefore);
        } catch (SQLException failed) {
            throw new SQLException(sql + ": " + failed.getMessage(), failed.getSQLState(), failed);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private static ObservedLocks observe(
            Connection connection, Map<Long, Relation> before, List<List<String>> scansBefore) throws SQLException {
        Map<String, LockMode> locks = new HashMap<>();
        Set<String> scanned = new HashSet<>();
        Set<String> rewritten = new HashSet<>();
        Set<String> indexes = new HashSet<>();
        for (List<String> row : rows(connection, LOCKS)) {
            Relation relation = before.get(Long.valueOf(row.get(0)));
            if (relation != null) {
                locks.merge(relation.name(), mode(row.get(1)), ObservedLocks::stronger);
            }
        }
        for (List<String> row : rows(connection, SCANS)) {
            Relation relation = before.get(Long.valueOf(row.get(0)));
            if (relation != null && !scansBefore.contains(row)) {
                scanned.add(relation.name());
            }
        }
        relations(connection).forEach((oid, after) -> {
            Relation relation = before.get(oid);
            if (relation != null && !relation.storage().equals(after.storage())) {
                rewritten.add(relation.name());
            }
        });
        before.values().stream().filter(Relation::index).map(Relation::name).forEach(indexes::add);
        Set<String> partitioned = new HashSet<>();
        before.values().stream()
                .filter(Relation::partitioned)
                .map(Relation::name)
                .forEach(partitioned::add);
        return new ObservedLocks(locks, scanned, rewritten, indexes, partitioned);
    }

    /** The mode of a lock that the statement holds, or waits for, on a relation while another session is in its way. */
    static String whileBlocked(PostgresServer server, String blocker, String sql, String relation) throws SQLException {
        try (Connection holder = server.connectAsSuperuser("postgres");
                Connection blocked = server.connectAsSuperuser("postgres");
                Connection observer = server.connectAsSuperuser("postgres");
                Statement holding = holder.createStatement();
                Statement waiting = blocked.createStatement()) {
            holder.setAutoCommit(false);
            holding.execute(blocker);
            String backend = rows(blocked, "SELECT pg_backend_pid()").get(0).get(0);
            CompletableFuture<Void> run = CompletableFuture.runAsync(() -> execute(waiting, sql));
            String mode = awaitLock(observer, backend, relation);
            waiting.cancel();
            holder.rollback();
            run.orTimeout(60, TimeUnit.SECONDS).exceptionally(cancelled -> null).join();
            return mode;
        }
    }

    private static void execute(Statement statement, String sql) {
        try {
            statement.execute(sql);
        } catch (SQLException cancelled) {
            throw new IllegalStateException(cancelled);
        }
    }

    private static String awaitLock(Connection observer, String backend, String relation) throws SQLException {
        String query = "SELECT mode FROM pg_locks WHERE relation = '" + relation + "'::regclass AND pid = " + backend
                + " AND mode <> 'AccessShareLock' AND EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pid = "
                + backend + ")";
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < deadline) {
            List<List<String>> found = rows(observer, query);
            if (!found.isEmpty()) {
                return found.get(0).get(0);
            }
        }
        return "nothing";
    }

    List<String> disagreements(List<Effect> planned, Set<String> unseen) {
        List<String> found = new ArrayList<>();
        Map<String, LockMode> expected = new HashMap<>();
        planned.forEach(effect -> {
            expected.merge(effect.relation().toString(), effect.lock(), ObservedLocks::stronger);
            effect.descendants()
                    .forEach(each -> expected.merge(each.toString(), effect.lock(), ObservedLocks::stronger));
        });
        expected.forEach((relation, mode) -> {
            if (locks.get(relation) != mode) {
                found.add(locks.get(relation) + " on " + relation + ", planned " + mode);
            }
        });
        locks.forEach((relation, mode) -> {
            boolean known = expected.containsKey(relation) || unseen.contains(relation.replace("public.", ""));
            if (mode != LockMode.ACCESS_SHARE && !known && !indexes.contains(relation)) {
                found.add(mode + " on " + relation + ", not planned");
            }
        });
        found.addAll(workDisagreements(planned));
        return found;
    }

    private List<String> workDisagreements(List<Effect> planned) {
        List<String> found = new ArrayList<>();
        Map<String, TableWork> expected = new HashMap<>();
        planned.forEach(effect -> {
            expected.merge(effect.relation().toString(), effect.work(), ObservedLocks::more);
            effect.descendants().forEach(each -> expected.merge(each.toString(), effect.work(), ObservedLocks::more));
        });
        if (planned.stream().anyMatch(effect -> UNCOMPARED.contains(effect.operation()))) {
            return found;
        }
        planned.stream()
                .filter(effect -> JOINED.contains(effect.operation()))
                .forEach(effect -> expected.remove(effect.relation().toString()));
        expected.forEach((relation, work) -> {
            boolean index = indexes.contains(relation) || partitioned.contains(relation);
            if (!index && (work == TableWork.REWRITE) != rewritten.contains(relation)) {
                found.add(relation + " rewritten: " + rewritten.contains(relation) + ", planned " + work);
            }
            if (!index && work != TableWork.REWRITE && (work == TableWork.SCAN) != scanned.contains(relation)) {
                found.add(relation + " scanned: " + scanned.contains(relation) + ", planned " + work);
            }
        });
        return found;
    }

    private static TableWork more(TableWork one, TableWork other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static LockMode stronger(LockMode one, LockMode other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static LockMode mode(String catalogName) {
        for (LockMode mode : LockMode.values()) {
            if (mode.catalogName().equals(catalogName)) {
                return mode;
            }
        }
        throw new AssertionError("unknown lock mode " + catalogName);
    }

    private static Map<Long, Relation> relations(Connection connection) throws SQLException {
        Map<Long, Relation> relations = new HashMap<>();
        for (List<String> row : rows(connection, RELATIONS)) {
            relations.put(
                    Long.valueOf(row.get(0)),
                    new Relation(
                            row.get(1),
                            row.get(2).equals("t"),
                            row.get(3),
                            row.get(4).equals("t")));
        }
        return relations;
    }

    private static List<List<String>> rows(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<List<String>> rows = new ArrayList<>();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                    row.add(result.getString(column));
                }
                rows.add(row);
            }
            return rows;
        }
    }
}
