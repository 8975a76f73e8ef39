package dev.slipway.migrator.preflight;

import io.vertx.sqlclient.Row;

/** Checks how many more connections this role could open, because each replica needs one for a moment. */
final class SlotsCheck implements OneRowCheck {
    private static final int FEW = 3;

    @Override
    public String name() {
        return "connection-slots";
    }

    /**
     * A limit of -1 means no limit; superusers may also use the reserved slots. The backend type of other roles'
     * sessions may be hidden; such sessions are counted.
     */
    @Override
    public String question() {
        return """
                select current_setting('max_connections')::int,
                  case when r.rolsuper then 0 else current_setting('superuser_reserved_connections')::int
                    + coalesce(current_setting('reserved_connections', true), '0')::int end,
                  s.clients, r.rolconnlimit, s.of_role, d.datconnlimit, s.of_database
                from pg_roles r, pg_database d, lateral (
                  select count(*)::int as clients,
                    (count(*) filter (where usesysid = r.oid))::int as of_role,
                    (count(*) filter (where datid = d.oid))::int as of_database
                  from pg_stat_activity
                  where datid is not null and usesysid is not null
                    and coalesce(backend_type, 'client backend') = 'client backend') s
                where r.rolname = current_user and d.datname = current_database()""";
    }

    @Override
    public Finding judge(Row row) {
        int server = row.getInteger(0) - row.getInteger(1) - row.getInteger(2);
        return judge(
                row.getInteger(0),
                server,
                left(row.getInteger(3), row.getInteger(4)),
                left(row.getInteger(5), row.getInteger(6)));
    }

    private static int left(int limit, int used) {
        return limit < 0 ? Integer.MAX_VALUE : limit - used;
    }

    Finding judge(int max, int server, int role, int database) {
        int free = Math.max(0, Math.min(server, Math.min(role, database)));
        String limit = free == server
                ? "of the server's max_connections=" + max
                : free == role ? "of this role's connection limit" : "of this database's connection limit";
        String seen = free + " free beyond the pre-flight's own, " + limit;
        return free >= FEW
                ? Finding.pass(name(), seen)
                : Finding.warn(
                        name(),
                        seen,
                        "replicas will have to wait for each other's connections; make the application's pools smaller or raise the limit");
    }
}
