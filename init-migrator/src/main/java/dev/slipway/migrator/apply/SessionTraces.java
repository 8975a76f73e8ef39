package dev.slipway.migrator.apply;

import dev.slipway.migrator.failure.SqlState;
import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.lock.LockKey;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds what a script leaves behind in its session after its transaction: settings, a role, advisory locks, temporary
 * tables, prepared statements, open cursors, LISTEN. The next script must find the session as if it were the first one,
 * because on another database it will be. We ask the server, because settings can change without the script's text
 * showing it. Used by one thread.
 */
public final class SessionTraces {
    /** Kind, name, and the statement that takes it back; the two keys of the migration lock are named "ours". */
    private static final String LOOK = """
            select case when (objsubid = 2 and classid = %1$d and objid = %2$s)
                          or (objsubid = 1 and classid = %3$d and objid = %4$s) then 'ours' else 'advisory lock' end,
              key, 'select pg_advisory_unlock' || case mode when 'ShareLock' then '_shared' else '' end || '(' || key || ')'
            from (select *, case objsubid when 1 then ((classid::int8 << 32) | objid::int8)::text
                    else classid::int8::bit(32)::int4 || ', ' || objid::int8::bit(32)::int4 end as key
                  from pg_locks where locktype = 'advisory' and granted and pid = pg_backend_pid()) l
            union all select 'temporary table', relname::text, 'discard temp' from pg_class
              where pg_my_temp_schema() <> 0 and relnamespace = pg_my_temp_schema() and relkind in ('r', 'v', 'S', 'p')
            union all select 'prepared statement', name, 'deallocate all' from pg_prepared_statements where from_sql
            union all select 'cursor', name, 'close all' from pg_cursors
            union all select 'LISTEN', c, 'unlisten *' from pg_listening_channels() c""";

    /**
     * Finds what {@link #LOOK} finds, except temporary tables, plus a digest of all settings, in one row that takes a
     * fraction of the planning time. It calls the functions behind the views with their schema, because a script may
     * leave any search path.
     */
    private static final String GLANCE = """
            select array(select pg_catalog.concat_ws(' ', classid, objid, objsubid, mode) from pg_catalog.pg_lock_status()
                where locktype = 'advisory' and granted and pid = pg_catalog.pg_backend_pid() order by 1),
              array(select name from pg_catalog.pg_prepared_statement() where from_sql),
              array(select name from pg_catalog.pg_cursor()),
              array(select pg_catalog.pg_listening_channels()),
              %2$s
            from pg_catalog.md5(array(select pg_catalog.current_setting(name, true)
              from pg_catalog.unnest('%1$s'::pg_catalog.text[]) name)::pg_catalog.text) settings
            where pg_catalog.pg_my_temp_schema() = 0""";

    /**
     * Makes a glance fail before the next statement in its message, so that changed settings can still be inspected.
     */
    private static final String MARK = "slipway: the session has other settings than at its start";

    private static final String AS_EXPECTED =
            "case settings when '%s' then settings else (%s || settings)::pg_catalog.int4::pg_catalog.text end";

    private static final int GLANCED = 5;

    /**
     * Leaves out the settings of the transaction, which end with it and cannot be reset, and the search path, which is
     * set for each script.
     */
    private static final String SETTINGS = """
            select name, setting from pg_settings where source = 'session' and name not in
              ('transaction_isolation', 'transaction_read_only', 'transaction_deferrable', 'search_path')
            union all select 'session authorization', session_user
            union all select 'role', current_user""";

    private static final int OUR_KEYS = 2;

    /** A session can hold a lock several times, but it shows up once. */
    private static final int MOST_ROUNDS = 1000;

    private final Connection connection;
    private final String look;
    private String glance = "";
    private Set<String> before = Set.of();
    private Optional<List<String>> glanceBefore = Optional.empty();
    private Map<String, String> setByCallbacks = Map.of();

    public SessionTraces(Connection connection, HistoryTable table) {
        LockKey key = LockKey.of(table);
        long flyway = LockKey.flywayKeyOf(table);
        this.connection = connection;
        this.look = LOOK.formatted(
                key.namespace(), Integer.toUnsignedString(key.object()), flyway >>> 32, Integer.toUnsignedString((int)
                        flyway));
    }

    private record Trace(String kind, String name, String takeBack) {
        boolean isOurs() {
            return kind.equals("ours");
        }

        /** Replaces the record's own equality, whose code the JDK generates at its first use. */
        String identity() {
            return kind + ' ' + name + ' ' + takeBack;
        }
    }

    /**
     * Remembers the session as every script should find it. What is set now, for example by callbacks, stays set for
     * all of them.
     *
     * @param changeable names of settings, as {@link StartingPoint} has them
     */
    void remember(String changeable) throws SQLException {
        String names = changeable.replace("'", "''");
        List<Trace> traces = look();
        before = identities(traces);
        glanceBefore = holdsOurLock(traces) ? glance(GLANCE.formatted(names, "settings")) : Optional.empty();
        if (glanceBefore.isPresent()) {
            String settings = glanceBefore.get().get(GLANCED - 1);
            glance = GLANCE.formatted(names, AS_EXPECTED.formatted(settings, '\'' + MARK + '\''));
        }
    }

    /** Called between the callbacks of a script and its first statement: the script did not set what is set now. */
    void rememberCallbacks() throws SQLException {
        setByCallbacks = settings();
    }

    /**
     * Undoes what a script left in the session.
     *
     * @param assertion SQL that restores all settings to their values at the start of the script
     * @return what was left, for example {@code work_mem = 99MB} or {@code advisory lock 7}; empty if nothing
     */
    List<String> takeBack(String assertion) throws SQLException {
        var left = new ArrayList<String>();
        Map<String, String> settings = settings();
        for (Trace trace : look()) {
            if (!before.contains(trace.identity())) {
                left.add(trace.kind() + ' ' + trace.name());
                takeBack(trace);
            }
        }
        execute(assertion);
        Map<String, String> atStart = settings();
        settings.entrySet()
                .removeIf(each -> each.getValue().equals(atStart.get(each.getKey()))
                        || each.getValue().equals(setByCallbacks.get(each.getKey())));
        settings.entrySet().stream().map(SessionTraces::described).forEach(left::add);
        setByCallbacks = Map.of();
        return left;
    }

    private static String described(Map.Entry<String, String> setting) {
        boolean user = setting.getKey().equals("role") || setting.getKey().equals("session authorization");
        return setting.getKey() + (user ? " " : " = ") + setting.getValue();
    }

    /** Whether a glance can show that a script left nothing behind. */
    boolean canGlance() {
        return glanceBefore.isPresent();
    }

    /**
     * Checks what a script left and executes other SQL, in one round trip.
     *
     * @return whether everything was as before the script; if not, the caller has to call {@link #takeBack}
     */
    boolean isUnchangedBefore(String sql) throws SQLException {
        return isUnchanged(glance(glanceAnd(sql)));
    }

    /** SQL whose first row is for {@link #isUnchanged}, to be sent together with other SQL. */
    String glanceAnd(String sql) {
        return glance + ";" + sql;
    }

    /** @param seen the row that a glance returned */
    boolean isUnchanged(Optional<List<String>> seen) {
        return glanceBefore.equals(seen);
    }

    private static boolean holdsOurLock(List<Trace> traces) {
        return traces.stream().filter(Trace::isOurs).count() >= OUR_KEYS;
    }

    private void takeBack(Trace trace) throws SQLException {
        if (trace.kind().equals("advisory lock")) {
            release(trace);
        } else if (!trace.isOurs()) {
            execute(trace.takeBack());
        }
    }

    private void release(Trace lock) throws SQLException {
        for (int round = 0; round < MOST_ROUNDS && identities(look()).contains(lock.identity()); round++) {
            execute(lock.takeBack());
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private Map<String, String> settings() throws SQLException {
        var settings = new LinkedHashMap<String, String>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(SETTINGS)) {
            while (result.next()) {
                settings.put(result.getString(1), result.getString(2));
            }
        }
        return settings;
    }

    private static Set<String> identities(List<Trace> traces) {
        return traces.stream().map(Trace::identity).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Empty if there may be temporary tables, which a glance does not see.
     *
     * @param sql begins with the glance
     */
    private Optional<List<String>> glance(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            try (ResultSet result = statement.getResultSet()) {
                if (!result.next()) {
                    return Optional.empty();
                }
                var seen = new ArrayList<String>();
                for (int column = 1; column <= GLANCED; column++) {
                    seen.add(String.valueOf(result.getString(column)));
                }
                return Optional.of(seen);
            }
        } catch (SQLException refused) {
            // Settings differ, or the role that a script left cannot read them.
            if (String.valueOf(refused.getMessage()).contains(MARK)
                    || SqlState.of(refused)
                            .filter(SqlState.INSUFFICIENT_PRIVILEGE::equals)
                            .isPresent()) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    private List<Trace> look() throws SQLException {
        var traces = new ArrayList<Trace>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(look)) {
            while (result.next()) {
                traces.add(new Trace(result.getString(1), result.getString(2), result.getString(3)));
            }
        }
        return traces;
    }
}
