package dev.slipway.migrator.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.testkit.postgres.PostgresTest;
import dev.slipway.testkit.postgres.TestDatabase;
import dev.slipway.testkit.process.Prerequisite;
import dev.slipway.testkit.process.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** What of a schema a snapshot shows: each change by hand, and nothing else. */
class ChangedByHandIT {
    private static final HistoryTable HISTORY = new HistoryTable("public", "flyway_schema_history");

    private static final String SCHEMA = """
            create table flyway_schema_history (installed_rank int);
            create schema stock;
            create type size as enum ('s', 'm', 'l');
            create type address as (street text, town text);
            create domain email as text check (value like '%@%');
            create type period as range (subtype = date);
            create sequence numbers start 10;
            create table customers (id bigint generated always as identity primary key, name varchar(50) not null,
              mail email, kind varchar(5) default 'new' check (kind in ('new', 'old')), born date, size size,
              constraint grown check (born < '2020-01-01'));
            create table orders (id serial primary key, customer bigint references customers, total numeric(10, 2),
              placed timestamptz default '2020-01-01 00:00:00+00', note text, twice int generated always as (1 + 1) stored);
            create index orders_placed on orders (placed) where total > 0;
            create unique index orders_note on orders (lower(note));
            create table "Odd.Name" ("Column" int);
            create table events (id int, day date) partition by range (day);
            create table events_2020 partition of events for values from ('2020-01-01') to ('2021-01-01');
            create index events_day on events (day);
            create view big as select id, total from orders where total > 100;
            create materialized view sums as select customer, sum(total) from orders group by customer;
            create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
            create function plus(a int, b int default 1) returns int language sql immutable as 'select a + b';
            create procedure work() language sql as 'select 1';
            create aggregate most (int) (sfunc = int4larger, stype = int);
            create trigger orders_touch before update on orders for each row execute function touch();
            create rule no_delete as on delete to customers do instead nothing;
            create statistics orders_stats (dependencies) on customer, total from orders;
            alter table customers enable row level security;
            create policy own on customers for select using (name = current_user);
            create table stock.items (id int);
            """;

    /** SQL, and what has to be found, as in {@code column public.orders.note changed}. */
    private static final Map<String, List<String>> CHANGES = changes();

    private static Map<String, List<String>> changes() {
        var changes = new LinkedHashMap<String, List<String>>();
        add(changes, "create table extra (id int primary key, n int)", "table public.extra added");
        add(changes, "create unlogged table extra ()", "table public.extra added");
        add(changes, "drop table \"Odd.Name\"", "table public.\"Odd.Name\" dropped");
        add(changes, "alter table orders set unlogged", "table public.orders changed");
        add(changes, "alter table orders set (fillfactor = 70)", "table public.orders changed");
        add(changes, "alter table customers disable row level security", "table public.customers changed");
        add(changes, "alter table customers force row level security", "table public.customers changed");
        add(changes, "alter table orders replica identity full", "table public.orders changed");
        add(changes, "alter table orders add column extra int", "column public.orders.extra added");
        add(changes, "alter table orders drop column note", "column public.orders.note dropped", "orders_note dropped");
        add(
                changes,
                "alter table orders alter column note type varchar(9)",
                "column public.orders.note changed",
                "index");
        add(changes, "alter table orders alter column note set not null", "column public.orders.note changed");
        add(
                changes,
                "alter table customers alter column kind set default 'old'",
                "column public.customers.kind changed");
        add(changes, "alter table customers alter column kind drop default", "column public.customers.kind changed");
        add(
                changes,
                "alter table customers alter column id set generated by default",
                "column public.customers.id changed");
        add(changes, "alter table orders alter column twice drop expression", "column public.orders.twice changed");
        add(changes, "alter table orders alter column note set storage external", "column public.orders.note changed");
        add(
                changes,
                "alter table \"Odd.Name\" rename column \"Column\" to c",
                "column public.\"Odd.Name\".\"Column\" dropped",
                "column public.\"Odd.Name\".c added");
        add(
                changes,
                "alter table orders add check (total >= 0) not valid",
                "constraint public.orders.orders_total_check added");
        add(changes, "alter table customers drop constraint grown", "constraint public.customers.grown dropped");
        add(
                changes,
                "alter table orders alter constraint orders_customer_fkey deferrable",
                "constraint public.orders.orders_customer_fkey changed");
        add(changes, "alter domain email add check (length(value) < 99)", "constraint public.email.email_check1 added");
        add(changes, "alter domain email set default 'a@b'", "domain public.email changed");
        add(changes, "create index extra on orders (total)", "index public.orders.extra added");
        add(changes, "drop index orders_placed", "index public.orders.orders_placed dropped");
        add(
                changes,
                "drop index orders_placed; create index orders_placed on orders (placed) where total > 1",
                "index public.orders.orders_placed changed");
        add(changes, "create index extra on events (id)", "index public.events.extra added");
        add(
                changes,
                "create or replace view big as select id, total from orders where total > 101",
                "view public.big changed");
        add(changes, "alter view big set (security_barrier)", "view public.big changed");
        add(changes, "drop materialized view sums", "view public.sums dropped");
        add(
                changes,
                "create or replace function touch() returns trigger language plpgsql as $$ begin return null; end $$",
                "function public.touch() changed");
        add(
                changes,
                "alter function plus(int, int) security definer",
                "function public.plus(a integer, b integer) changed");
        add(
                changes,
                "create function plus(text) returns text language sql as 'select $1'",
                "function public.plus(text) added");
        add(changes, "drop procedure work()", "function public.work() dropped");
        add(
                changes,
                "drop aggregate most (int); create aggregate most (int) (sfunc = int4smaller, stype = int)",
                "function public.most(integer) changed");
        add(changes, "drop trigger orders_touch on orders", "trigger public.orders.orders_touch dropped");
        add(changes, "alter table orders disable trigger orders_touch", "trigger public.orders.orders_touch changed");
        add(changes, "drop rule no_delete on customers", "rule public.customers.no_delete dropped");
        add(changes, "drop statistics orders_stats", "statistics public.orders_stats dropped");
        add(changes, "alter sequence numbers increment 5", "sequence public.numbers changed");
        add(changes, "drop policy own on customers", "policy public.customers.own dropped");
        add(changes, "alter policy own on customers using (true)", "policy public.customers.own changed");
        add(changes, "alter type size add value 'xl'", "type public.size changed");
        add(changes, "alter type size rename value 'm' to 'medium'", "type public.size changed");
        add(changes, "alter type address add attribute country text", "column public.address.country added");
        add(changes, "drop type period", "type public.period dropped");
        add(changes, "grant select on orders to public", "grant table public.orders to public added");
        add(changes, "grant update (note) on orders to public", "grant column public.orders.note to public added");
        add(
                changes,
                "revoke execute on function touch() from public",
                "grant function public.touch() to public dropped");
        add(
                changes,
                "alter default privileges in schema public grant select on tables to public",
                "default privileges");
        add(changes, "drop table stock.items", "table stock.items dropped");
        add(changes, "create schema extra", "schema extra added");
        add(changes, "drop schema stock cascade", "schema stock dropped");
        return changes;
    }

    private static void add(Map<String, List<String>> changes, String sql, String... found) {
        changes.put(sql, List.of(found));
    }

    @TempDir
    private Path folder;

    @PostgresTest
    void eachChangeIsFound(TestDatabase database) throws Exception {
        database.execute(SCHEMA);
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            SchemaSnapshot before = read(connection);
            for (Map.Entry<String, List<String>> change : CHANGES.entrySet()) {
                // A new enum value cannot be used in the transaction that adds it, but it can be read and rolled back.
                connection.setAutoCommit(false);
                statement.execute(change.getKey());
                List<String> found = texts(Drift.between(before, read(connection)));
                connection.rollback();
                connection.setAutoCommit(true);
                assertThat(String.join("\n", found)).as(change.getKey()).contains(change.getValue());
                assertThat(found)
                        .as(change.getKey())
                        .hasSizeBetween(1, change.getValue().size() + 2);
            }
            assertThat(Drift.between(before, read(connection)).changes()).isEmpty();
        }
        assertThat(CHANGES).hasSizeGreaterThan(40);
    }

    @PostgresTest
    void whatDoesNotChangeTheSchemaIsNoDrift(TestDatabase database) throws Exception {
        database.execute(SCHEMA);
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            SchemaSnapshot before = read(connection);
            statement.execute("insert into customers (name) select 'n' || i from generate_series(1, 500) i");
            statement.execute("select nextval('numbers')");
            for (String sql : List.of(
                    "vacuum full customers",
                    "analyze",
                    "reindex table orders",
                    "refresh materialized view sums",
                    "create table events_2021 partition of events for values from ('2021-01-01') to ('2022-01-01')",
                    "set timezone = 'Asia/Tokyo'; set intervalstyle = 'iso_8601'",
                    "set quote_all_identifiers = on; set search_path = stock, public",
                    "create temp table pg_class (id int)",
                    "create table slipway_run (); create table slipway_snapshot ()",
                    "grant select on orders to public; revoke select on orders from public",
                    "alter table orders add column gone int; alter table orders drop column gone")) {
                statement.execute(sql);
                assertThat(Drift.between(before, read(connection)).changes())
                        .as(sql)
                        .isEmpty();
            }
        }
    }

    @PostgresTest
    void aSchemaThatWasDumpedAndRestoredHasNotChanged(TestDatabase database) throws Exception {
        database.execute(SCHEMA);
        String copy = database.name() + "_copy";
        try (Connection superuser = database.connectAsSuperuser();
                Statement statement = superuser.createStatement()) {
            statement.execute("create database " + copy + " owner " + database.user());
        }
        var restored = new TestDatabase(database.server(), copy);
        Path dump = folder.resolve("dump.sql");
        if (database.query("show server_version_num").startsWith("14")) {
            run(database, "pg_dump", "--schema-only", "--no-comments", "--file", dump.toString());
        } else {
            // Debian's pg_dump is older than this server; the same statements at least give everything other oids.
            Files.writeString(dump, "create table away (); drop table away;" + SCHEMA);
        }
        run(restored, "psql", "-q", "-X", "-v", "ON_ERROR_STOP=1", "-f", dump.toString());
        try (Connection here = database.connect();
                Connection there = restored.connect()) {
            assertThat(texts(Drift.between(read(here), read(there)))).isEmpty();
        }
    }

    private static void run(TestDatabase database, String program, String... arguments) {
        Path file = Path.of("/usr/bin", program);
        if (!Files.isExecutable(file)) {
            throw Prerequisite.missing(program + " is missing; install it with: apt-get install postgresql-client");
        }
        var command = new ArrayList<>(List.of(file.toString()));
        command.addAll(List.of(arguments));
        try (var running = Program.of(command.toArray(String[]::new))
                .withEnv(database.env())
                .start()) {
            var ended = running.awaitExit(Duration.ofMinutes(1));
            assertThat(ended.exitCode()).as(ended.toString()).isZero();
        }
    }

    private static SchemaSnapshot read(Connection connection) throws SQLException {
        return SchemaSnapshot.read(connection, HISTORY, List.of());
    }

    private static List<String> texts(Drift drift) {
        return drift.changes().stream().map(Object::toString).toList();
    }
}
