package dev.slipway.migrator.preflight;

import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.sql.SqlLiteral;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;

/** Checks the privileges of the role on the database, the schema, the history table and the tables of other roles. */
final class PrivilegesCheck implements OneRowCheck {
    private final HistoryTable history;

    PrivilegesCheck(HistoryTable history) {
        this.history = history;
    }

    /**
     * @param foreignTables tables in the schema that belong to roles of which this role is not a member
     * @param foreignOwners their owners as SQL, separated by commas
     * @param ownersHaveMore whether a member of these roles would get more than those tables
     */
    record Rights(
            String role,
            String database,
            boolean createSchemas,
            boolean schemaExists,
            boolean useSchema,
            boolean createInSchema,
            boolean historyExists,
            boolean readHistory,
            boolean writeHistory,
            boolean repairHistory,
            long tables,
            long foreignTables,
            String foreignOwners,
            boolean ownersHaveMore) {}

    @Override
    public String name() {
        return "privileges";
    }

    @Override
    public String question() {
        return """
                select current_user::text, current_database()::text,
                  has_database_privilege(current_database(), 'CREATE'),
                  n.oid is not null,
                  coalesce(has_schema_privilege(n.oid, 'USAGE'), false),
                  coalesce(has_schema_privilege(n.oid, 'CREATE'), false),
                  h.oid is not null,
                  coalesce(has_table_privilege(h.oid, 'SELECT'), false),
                  coalesce(has_table_privilege(h.oid, 'INSERT'), false),
                  coalesce(has_table_privilege(h.oid, 'UPDATE') and has_table_privilege(h.oid, 'DELETE'), false),
                  t.tables, t.foreign_tables, coalesce(t.foreign_owners, ''), coalesce(t.owners_have_more, false)
                from (select 1) one
                left join pg_namespace n on n.nspname = %1$s
                left join pg_class h on h.relnamespace = n.oid and h.relname = %2$s
                cross join lateral (
                  select count(*) as tables,
                    count(*) filter (where not pg_has_role(c.relowner, 'USAGE')) as foreign_tables,
                    string_agg(distinct quote_ident(o.rolname), ', ')
                      filter (where not pg_has_role(c.relowner, 'USAGE')) as foreign_owners,
                    bool_or(o.rolsuper or o.rolcreaterole or o.rolcreatedb or o.rolreplication or o.rolbypassrls
                      or exists (select 1 from pg_auth_members m where m.member = o.oid)
                      or exists (select 1 from pg_shdepend d where d.refclassid = 'pg_authid'::regclass and d.refobjid = o.oid
                        and not (d.deptype = 'o' and d.classid = 'pg_class'::regclass
                          and d.dbid = (select oid from pg_database where datname = current_database())
                          and exists (select 1 from pg_class x where x.oid = d.objid and x.relnamespace = n.oid))))
                      filter (where not pg_has_role(c.relowner, 'USAGE')) as owners_have_more
                  from pg_class c join pg_roles o on o.oid = c.relowner where c.relnamespace = n.oid and c.relkind in ('r', 'p')) t""".formatted(SqlLiteral.of(history.schema()), SqlLiteral.of(history.table()));
    }

    @Override
    public Finding judge(Row row) {
        return judge(new Rights(
                row.getString(0),
                row.getString(1),
                row.getBoolean(2),
                row.getBoolean(3),
                row.getBoolean(4),
                row.getBoolean(5),
                row.getBoolean(6),
                row.getBoolean(7),
                row.getBoolean(8),
                row.getBoolean(9),
                row.getLong(10),
                row.getLong(11),
                row.getString(12),
                row.getBoolean(13)));
    }

    Finding judge(Rights rights) {
        List<String> grants = missing(rights);
        if (!grants.isEmpty()) {
            return Finding.refuse(
                    name(),
                    "role " + rights.role() + " lacks privileges that a migration needs",
                    "as an administrator: " + String.join("; ", grants));
        }
        if (rights.foreignTables() > 0) {
            return Finding.warn(
                    name(),
                    rights.foreignTables() + " of " + rights.tables() + " tables in " + history.schema() + " belong to "
                            + rights.foreignOwners() + "; only an owner may ALTER or DROP a table",
                    "as an administrator: "
                            + (rights.ownersHaveMore() ? "" : grantMembership(rights) + ", or ")
                            + "alter table … owner to " + HistoryTable.quote(rights.role())
                            + (rights.ownersHaveMore() ? "; or let the owner migrate" : ""));
        }
        if (rights.historyExists() && !rights.repairHistory()) {
            return Finding.warn(
                    name(),
                    "role " + rights.role()
                            + " may add to the history, but not correct it: 'slipway repair' would fail",
                    "as an administrator: grant update, delete on " + history.quoted() + to(rights));
        }
        return Finding.pass(
                name(),
                rights.schemaExists()
                        ? rights.role() + " may create in schema " + history.schema()
                        : rights.role() + " may create schema " + history.schema() + ", which does not exist yet");
    }

    private List<String> missing(Rights rights) {
        var grants = new ArrayList<String>();
        if (!rights.schemaExists()) {
            if (!rights.createSchemas()) {
                grants.add("create schema " + HistoryTable.quote(history.schema()) + " authorization "
                        + HistoryTable.quote(rights.role()));
            }
            return grants;
        }
        if (!rights.useSchema() || !rights.createInSchema()) {
            grants.add("grant usage, create on schema " + HistoryTable.quote(history.schema()) + to(rights));
        }
        if (rights.historyExists() && !(rights.readHistory() && rights.writeHistory())) {
            grants.add("grant select, insert, update, delete on " + history.quoted() + to(rights));
        }
        return grants;
    }

    private static String grantMembership(Rights rights) {
        return "grant " + rights.foreignOwners() + to(rights);
    }

    private static String to(Rights rights) {
        return " to " + HistoryTable.quote(rights.role());
    }
}
