package dev.slipway.migrator.drizzle;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.contract.Settings;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.failure.ServerError;
import dev.slipway.migrator.failure.SqlState;
import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.sql.SqlLiteral;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Drizzle's own history table, in either of its two shapes: from Drizzle 1.0 on it has a column for the name.
 *
 * @param schema not quoted
 * @param table not quoted
 */
public record DrizzleTable(String schema, String table) {
    /** Has a row if the relation that follows has the column. */
    private static final String HAS_NAMES =
            "select 1 from pg_attribute where attname = 'name' and not attisdropped and attrelid = ";

    public static DrizzleTable of(Settings settings) {
        String name = settings.get(Setting.DRIZZLE_TABLE);
        int dot = name.indexOf('.');
        return new DrizzleTable(name.substring(0, dot), name.substring(dot + 1));
    }

    /** The name as SQL: quoted, with its schema. */
    public String quoted() {
        return HistoryTable.quote(schema) + "." + HistoryTable.quote(table);
    }

    /** The name as people write it. */
    @Override
    public String toString() {
        return schema + "." + table;
    }

    /** Columns: id, hash, created_at, name (null if the table has none), whether it has one; in the order of application. */
    public String question() {
        return "select t.id::bigint, t.hash::text, t.created_at::bigint, to_jsonb(t) ->> 'name',"
                + " to_jsonb(t) -> 'name' is not null"
                + " from " + quoted() + " t order by t.id";
    }

    /**
     * All rows; none if the table or its schema does not exist.
     *
     * @throws RunFailure if the table is not Drizzle's, or cannot be read
     */
    public List<DrizzleRow> read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = HistoryTable.query(statement, question())) {
            var rows = new ArrayList<DrizzleRow>();
            while (result.next()) {
                rows.add(row(result));
            }
            return rows;
        } catch (SQLException failure) {
            if (SqlState.isAbsence(String.valueOf(failure.getSQLState()))) {
                return List.of();
            }
            throw explained("read", failure);
        }
    }

    private static DrizzleRow row(ResultSet result) throws SQLException {
        long createdAt = result.getLong(3);
        return new DrizzleRow(
                result.getLong(1),
                String.valueOf(result.getString(2)),
                result.wasNull() ? Optional.empty() : Optional.of(createdAt),
                Optional.ofNullable(result.getString(4)),
                result.getBoolean(5));
    }

    /** @param what the action that failed */
    private SQLException explained(String what, SQLException failure) {
        if (SqlState.UNDEFINED_COLUMN.equals(failure.getSQLState())) {
            throw new RunFailure(
                    ExitCode.PREFLIGHT_REFUSED,
                    this + " is not Drizzle's history table: " + ServerError.words(failure)
                            + "; expected the columns id, hash" + " and created_at",
                    "name the right table in " + Setting.DRIZZLE_TABLE.flag(),
                    Map.of("table", toString()),
                    failure);
        }
        if (SqlState.INSUFFICIENT_PRIVILEGE.equals(failure.getSQLState())) {
            throw noPrivilege(what, failure);
        }
        return failure;
    }

    private RunFailure noPrivilege(String what, SQLException failure) {
        return new RunFailure(
                ExitCode.PREFLIGHT_REFUSED,
                "this role may not " + what + " Drizzle's history table " + this,
                "let the role that Drizzle migrates with migrate here too, or grant it usage on the schema and select,"
                        + " insert and update on the table",
                Map.of("table", toString()),
                failure);
    }

    /**
     * Creates the table if it is missing, in the form that the Drizzle of this layout uses.
     *
     * @param named whether it has a column for the name
     * @throws RunFailure if this role may not
     */
    void createIfMissing(Connection connection, boolean named) throws SQLException {
        if (exists(connection)) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            if (!schemaExists(connection)) {
                statement.execute("create schema " + HistoryTable.quote(schema));
            }
            statement.execute(
                    "create table " + quoted() + " (id serial primary key, hash text not null, created_at bigint"
                            + (named ? ", name text, applied_at timestamp with time zone default now())" : ")"));
        } catch (SQLException failure) {
            throw explained("create", failure);
        }
    }

    boolean exists(Connection connection) throws SQLException {
        return has(connection, "select 1 from pg_tables where schemaname = ? and tablename = ?", schema, table);
    }

    private boolean schemaExists(Connection connection) throws SQLException {
        return has(connection, "select 1 from pg_namespace where nspname = ?", schema);
    }

    boolean hasNames(Connection connection) throws SQLException {
        return has(connection, HAS_NAMES + "to_regclass(?)", quoted());
    }

    private static boolean has(Connection connection, String sql, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int index = 0; index < parameters.length; index++) {
                statement.setString(index + 1, parameters[index]);
            }
            try (ResultSet result = statement.executeQuery()) {
                return result.next();
            }
        }
    }

    /** Prevents other sessions from adding rows until the end of this transaction, so that what was read stays true. */
    void lock(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("lock table " + quoted() + " in share row exclusive mode");
        } catch (SQLException failure) {
            throw explained("write", failure);
        }
    }

    void insert(Connection connection, DrizzleMigration migration) throws SQLException {
        boolean named = hasNames(connection);
        String sql = "insert into " + quoted() + " (hash, created_at"
                + (named ? ", name) values (?, ?, ?)" : ") values (?, ?)");
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, migration.hash());
            statement.setLong(2, migration.createdAt());
            if (named) {
                statement.setString(3, migration.name());
            }
            statement.executeUpdate();
        }
    }

    /**
     * Where the table ends, and its shape.
     *
     * @param lastId of the newest row; 0 if there is no row
     * @param named whether it has a column for the name
     */
    record End(long lastId, boolean named) {}

    End end(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select coalesce(max(id), 0)::bigint, exists (" + HAS_NAMES
                        + SqlLiteral.of(quoted()) + "::regclass) from " + quoted())) {
            result.next();
            return new End(result.getLong(1), result.getBoolean(2));
        }
    }

    /** Sets the name that Drizzle 1.0 looks up: it would run a migration without a name again. */
    void setName(Connection connection, long id, String name) throws SQLException {
        update(connection, "name", id, name);
    }

    /** Accepts a file that was changed after it was applied. */
    void setHash(Connection connection, long id, String hash) throws SQLException {
        update(connection, "hash", id, hash);
    }

    private void update(Connection connection, String column, long id, String value) throws SQLException {
        String sql = "update " + quoted() + " set " + column + " = ? where id = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, value);
            statement.setObject(2, id, Types.BIGINT);
            statement.executeUpdate();
        }
    }

    void delete(Connection connection, long id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("delete from " + quoted() + " where id = ?")) {
            statement.setLong(1, id);
            statement.executeUpdate();
        } catch (SQLException failure) {
            throw explained("delete from", failure);
        }
    }
}
