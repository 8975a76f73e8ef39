package dev.slipway.migrator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.migrator.effects.Rule;
import dev.slipway.migrator.sql.NonTransactional;
import dev.slipway.migrator.sql.SqlScript;
import dev.slipway.migrator.sql.SqlStatement;
import dev.slipway.testkit.postgres.Major;
import dev.slipway.testkit.postgres.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Follows the advice of each rule to its end, in files, on a real server: the example raises the rule; none of the
 * files that replace it raises any, neither before the first has run nor after each, and the server accepts all of
 * them.
 */
class AdviceIT {
    /** One batch after the other, each of which commits: this is what "in batches" means. */
    private static String batches(String update) {
        return """
                do $$
                declare
                  last int := 0;
                begin
                  while last < 8000 loop
                    %s where id > last and id <= last + 1000;
                    commit;
                    last := last + 1000;
                  end loop;
                end $$""".formatted(update);
    }

    /** A trigger that keeps the new column in sync with the old one. */
    private static String inStep(String table, String column, String old) {
        return """
                create function %1$s_step() returns trigger language plpgsql
                  as 'begin new.%2$s := new.%3$s; return new; end';
                create trigger step before insert or update on %1$s for each row execute function %1$s_step()""".formatted(table, column, old);
    }

    private static final String OBJECTS = """
            create table customers (id int primary key, mail text);
            insert into customers select i, i || '@example.org' from generate_series(1, 5000) i;
            create table orders (id int primary key, customer_id int, amount int, status text, placed date, slot int4range);
            insert into orders select i, i, i, 'new', date '2026-01-01', int4range(i, i + 1) from generate_series(1, 5000) i;
            create index orders_status on orders (status);
            create table invoices (id int primary key, order_id int constraint invoices_order references orders);
            insert into invoices select i, i from generate_series(1, 5000) i;
            create index on invoices (order_id);
            create view open_customers as select id from customers;
            create materialized view totals as select status, count(*) n from orders group by status;
            create table codes (id int not null, code text);
            insert into codes select i, i::text from generate_series(1, 5000) i;
            create table events (id int, n int) partition by range (id);
            create table events_1 partition of events for values from (1) to (5001);
            insert into events select i, i from generate_series(1, 5000) i;
            create table extra (id int, n int);
            insert into extra select i, i from generate_series(5001, 8000) i;
            create table readings (id int, order_id int references orders) partition by range (id);
            create table readings_1 partition of readings for values from (1) to (2);
            create table more_readings (id int, order_id int);
            insert into more_readings select i, i from generate_series(2, 5000) i;
            create table logs (id int, n int) partition by range (id);
            create table logs_1 partition of logs for values from (1) to (5);
            create table logs_other partition of logs default;
            insert into logs select i, i from generate_series(10, 5000) i;
            create index logs_n on logs (n);
            create type mood as enum ('good');
            create table feelings (id int primary key, m mood);
            create domain size as int;
            create table boxes (id int primary key, w size, twice int generated always as (w * 2) stored);
            insert into boxes select i, i from generate_series(1, 5000) i;
            create table secrets (id int, owner text);
            create table lonely (id int);
            create function old_total() returns int language sql as 'select 1';
            create schema old;
            create table old.things (id int);
            vacuum analyze customers, orders, invoices, codes, events, extra, readings, more_readings, logs, boxes;
            """;

    /**
     * What to write instead.
     *
     * @param example one file, which raises the rule
     * @param releases the files of each release, in their order; none if there is no such SQL
     * @param none why there is none
     */
    private record Advice(Rule rule, int oldest, String example, List<List<String>> releases, String none) {
        Advice from(int major) {
            return new Advice(rule, major, example, releases, none);
        }

        /** All of it in one release. */
        static Advice of(Rule rule, String example, String... files) {
            return new Advice(rule, 0, example, List.of(List.of(files)), "");
        }

        /** Expand in one release, remove in a later one. */
        static Advice inTwo(Rule rule, String example, List<String> files, List<String> later) {
            return new Advice(rule, 0, example, List.of(files, later), "");
        }

        static Advice none(Rule rule, String example, String why) {
            return new Advice(rule, 0, example, List.of(), why);
        }
    }

    private static final String CONTRACT = "-- slipway: contract\n";

    private static final List<Advice> ALL = List.of(
            Advice.of(
                    Rule.CREATE_INDEX_NOT_CONCURRENT,
                    "create index on orders (amount)",
                    "create index concurrently on orders (amount)"),
            Advice.of(
                    Rule.DROP_INDEX_NOT_CONCURRENT,
                    "drop index orders_status",
                    "drop index concurrently orders_status"),
            Advice.of(Rule.REINDEX_NOT_CONCURRENT, "reindex table orders", "reindex table concurrently orders"),
            Advice.of(
                    Rule.DETACH_PARTITION_NOT_CONCURRENT,
                    "alter table events detach partition events_1",
                    "alter table events detach partition events_1 concurrently"),
            Advice.of(
                    Rule.ATTACH_PARTITION_SCAN,
                    "alter table events attach partition extra for values from (5001) to (9000)",
                    "alter table extra add constraint bounds check (id is not null and id >= 5001 and id < 9000) not valid",
                    "alter table extra validate constraint bounds",
                    "alter table events attach partition extra for values from (5001) to (9000)"),
            Advice.of(
                    Rule.ATTACH_PARTITION_SCAN,
                    "alter table readings attach partition more_readings for values from (2) to (9000)",
                    "alter table more_readings add constraint bounds check (id is not null and id >= 2 and id < 9000) not valid,"
                            + " add constraint key foreign key (order_id) references orders not valid",
                    "alter table more_readings validate constraint bounds",
                    "alter table more_readings validate constraint key",
                    "alter table readings attach partition more_readings for values from (2) to (9000)"),
            Advice.of(
                    Rule.REFRESH_NOT_CONCURRENT,
                    "refresh materialized view totals",
                    "create unique index concurrently on totals (status)",
                    "refresh materialized view concurrently totals"),
            Advice.of(
                    Rule.REFUSED_ON_PARTITIONED,
                    "create index concurrently events_n on events (n)",
                    "create index events_n on only events (n)",
                    "create index concurrently events_1_n on events_1 (n)",
                    "alter index events_n attach partition events_1_n"),
            Advice.none(
                    Rule.REFUSED_ON_PARTITIONED,
                    "drop index concurrently logs_n",
                    "PostgreSQL drops the index of a partitioned table with all of it locked, in no other way"),
            Advice.none(
                    Rule.REFUSED_ON_PARTITIONED,
                    "alter table logs detach partition logs_1 concurrently",
                    "with a default partition there, PostgreSQL detaches in no other way than with all of it locked"),
            Advice.of(
                    Rule.CREATE_PARTITION,
                    "create table events_2 partition of events for values from (5001) to (9000)",
                    "create table events_2 (like events including defaults including constraints);\n"
                            + "alter table events attach partition events_2 for values from (5001) to (9000)"),
            Advice.of(
                    Rule.CREATE_PARTITION,
                    "create table readings_2 partition of readings for values from (2) to (9000)",
                    "create table readings_2 (like readings including defaults including constraints);\n"
                            + "alter table readings attach partition readings_2 for values from (2) to (9000)"),
            Advice.of(
                    Rule.DEFAULT_PARTITION_SCAN,
                    "create table logs_2 partition of logs for values from (9000) to (9500)",
                    "alter table logs_other add constraint others check (id is null or id < 9000 or id >= 9500) not valid",
                    "alter table logs_other validate constraint others",
                    "create table logs_2 (like logs including defaults including constraints);\n"
                            + "alter table logs attach partition logs_2 for values from (9000) to (9500)"),
            Advice.of(
                    Rule.NON_TRANSACTIONAL_NOT_ALONE,
                    "create table new_one (id int);\ncreate index concurrently on orders (amount)",
                    "create table new_one (id int)",
                    "create index concurrently on orders (amount)"),
            Advice.of(
                    Rule.TRANSACTION_CONTROL,
                    "begin;\ncreate table new_one (id int);\ncommit",
                    "create table new_one (id int)"),
            Advice.of(
                    Rule.SET_NOT_NULL_SCAN,
                    "alter table orders alter column amount set not null",
                    "alter table orders add constraint there check (amount is not null) not valid",
                    "alter table orders validate constraint there",
                    "alter table orders alter column amount set not null",
                    "alter table orders drop constraint there"),
            Advice.of(
                    Rule.CONSTRAINT_WITHOUT_NOT_VALID,
                    "alter table orders add constraint positive check (amount > 0)",
                    "alter table orders add constraint positive check (amount > 0) not valid",
                    "alter table orders validate constraint positive"),
            Advice.of(
                    Rule.FOREIGN_KEY_WITHOUT_NOT_VALID,
                    "alter table orders add constraint customer foreign key (customer_id) references customers",
                    "alter table orders add constraint customer foreign key (customer_id) references customers not valid",
                    "alter table orders validate constraint customer"),
            Advice.of(
                    Rule.VALIDATE_WITH_NOT_VALID,
                    "alter table orders add constraint positive check (amount > 0) not valid;\n"
                            + "alter table orders validate constraint positive",
                    "alter table orders add constraint positive check (amount > 0) not valid",
                    "alter table orders validate constraint positive"),
            Advice.of(
                    Rule.DROP_FOREIGN_KEY,
                    CONTRACT + "drop table invoices;\ncreate table new_one (id int)",
                    "alter table invoices drop constraint invoices_order",
                    CONTRACT + "drop table invoices;\ncreate table new_one (id int)"),
            Advice.of(
                    Rule.DOMAIN_CONSTRAINT,
                    "alter domain size add check (value > 0)",
                    "alter table boxes add constraint positive check (w > 0) not valid",
                    "alter table boxes validate constraint positive"),
            Advice.of(
                    Rule.UNIQUE_WITHOUT_INDEX,
                    "alter table orders add unique (amount)",
                    "create unique index concurrently orders_amount on orders (amount)",
                    "alter table orders add constraint orders_amount_key unique using index orders_amount"),
            Advice.of(
                    Rule.PRIMARY_KEY_WITHOUT_INDEX,
                    "alter table codes add primary key (id)",
                    "create unique index concurrently codes_id on codes (id)",
                    "alter table codes add primary key using index codes_id"),
            Advice.of(
                    Rule.PRIMARY_KEY_WITHOUT_INDEX,
                    "alter table extra add primary key (id)",
                    "alter table extra add constraint there check (id is not null) not valid",
                    "alter table extra validate constraint there",
                    "alter table extra alter column id set not null",
                    "create unique index concurrently extra_id on extra (id)",
                    "alter table extra add primary key using index extra_id"),
            Advice.none(
                    Rule.EXCLUSION_CONSTRAINT,
                    "alter table orders add exclude using gist (slot with &&)",
                    "PostgreSQL builds its index in no other way, and takes no index that is there already"),
            Advice.of(
                    Rule.ADD_COLUMN_REWRITES,
                    "alter table orders add column token uuid default gen_random_uuid()",
                    "alter table orders add column token uuid;\n"
                            + "alter table orders alter column token set default gen_random_uuid()",
                    batches("update orders set token = gen_random_uuid()")),
            Advice.of(
                    Rule.ADD_REQUIRED_COLUMN,
                    "alter table orders add column kind text not null",
                    "alter table orders add column kind text not null default 'sale'"),
            Advice.of(
                    Rule.ADD_REQUIRED_COLUMN,
                    "alter table orders add column kind text not null",
                    "alter table orders add column kind text",
                    batches("update orders set kind = 'sale'"),
                    "alter table orders add constraint there check (kind is not null) not valid",
                    "alter table orders validate constraint there",
                    "alter table orders alter column kind set not null"),
            Advice.inTwo(
                    Rule.CHANGE_COLUMN_TYPE,
                    "alter table orders alter column amount type bigint",
                    List.of(
                            "alter table orders add column amount_big bigint;\n"
                                    + inStep("orders", "amount_big", "amount"),
                            batches("update orders set amount_big = amount")),
                    List.of(
                            CONTRACT
                                    + "drop trigger step on orders;\ndrop function orders_step();\nalter table orders drop column amount")),
            Advice.inTwo(
                            Rule.SET_EXPRESSION_REWRITES,
                            "alter table boxes alter column twice set expression as (w * 3)",
                            List.of(
                                    "alter table boxes add column thrice int",
                                    batches("update boxes set thrice = w * 3")),
                            List.of(CONTRACT + "alter table boxes drop column twice"))
                    .from(17),
            Advice.of(
                    Rule.ENUM_VALUE_IN_ITS_SCRIPT,
                    "alter type mood add value 'bad';\ninsert into feelings values (1, 'bad')",
                    "alter type mood add value 'bad'",
                    "insert into feelings values (1, 'bad')"),
            Advice.inTwo(
                    Rule.RENAME_COLUMN,
                    "alter table orders rename column amount to total",
                    List.of(
                            "alter table orders add column total int;\n" + inStep("orders", "total", "amount"),
                            batches("update orders set total = amount")),
                    List.of(
                            CONTRACT
                                    + "drop trigger step on orders;\ndrop function orders_step();\nalter table orders drop column amount")),
            Advice.inTwo(
                    Rule.RENAME_TABLE,
                    "alter table customers rename to clients",
                    List.of("alter table customers rename to clients;\ncreate view customers as select * from clients"),
                    List.of(CONTRACT + "drop view customers")),
            Advice.inTwo(
                    Rule.RENAME_OBJECT,
                    "alter function old_total() rename to new_total",
                    List.of("create function new_total() returns int language sql as 'select 1'"),
                    List.of(CONTRACT + "drop function old_total()")),
            Advice.of(
                    Rule.DROP_COLUMN,
                    "alter table orders drop column placed",
                    CONTRACT + "alter table orders drop column placed"),
            Advice.of(Rule.DROP_TABLE, "drop table lonely", CONTRACT + "drop table lonely"),
            Advice.of(Rule.DROP_OBJECT, "drop view open_customers", CONTRACT + "drop view open_customers"),
            Advice.of(
                    Rule.DROP_CASCADE,
                    CONTRACT + "drop table customers cascade",
                    CONTRACT + "drop view open_customers;\ndrop table customers"),
            Advice.of(
                    Rule.DROP_CASCADE,
                    CONTRACT + "drop table orders cascade",
                    "alter table invoices drop constraint invoices_order",
                    "alter table readings drop constraint readings_order_id_fkey",
                    CONTRACT + "drop materialized view totals;\ndrop table orders"),
            Advice.of(
                    Rule.DROP_SCHEMA, "drop schema old cascade", CONTRACT + "drop table old.things;\ndrop schema old"),
            Advice.of(Rule.TRUNCATE, "truncate lonely", CONTRACT + "truncate lonely"),
            Advice.of(
                    Rule.TRUNCATE_CASCADE,
                    CONTRACT + "truncate orders cascade",
                    CONTRACT + "truncate orders, invoices, readings"),
            Advice.none(
                    Rule.TABLE_REWRITE,
                    "vacuum full orders",
                    "pg_repack is a program beside the server; REPACK (CONCURRENTLY) is not in any release yet"),
            Advice.of(
                    Rule.BACKFILL_WITH_DDL,
                    "alter table orders add column kind text;\nupdate orders set kind = 'sale'",
                    "alter table orders add column kind text",
                    batches("update orders set kind = 'sale'")),
            Advice.of(
                    Rule.WRITE_ALL_ROWS,
                    "update orders set status = 'old'",
                    batches("update orders set status = 'old'")),
            Advice.of(
                    Rule.LOCK_TABLE,
                    "lock table orders;\nupdate orders set status = 'old' where id = 1",
                    "update orders set status = 'old' where id = 1"),
            Advice.of(
                    Rule.LOCK_TABLE,
                    "lock table orders;\nupdate orders set status = 'old' where id = 1",
                    "lock table orders in row exclusive mode;\nupdate orders set status = 'old' where id = 1"),
            Advice.inTwo(
                    Rule.ROW_SECURITY,
                    "create policy own on secrets using (owner = current_user);\n"
                            + "alter table secrets enable row level security",
                    List.of("create policy own on secrets using (owner = current_user)"),
                    List.of(CONTRACT + "alter table secrets enable row level security")),
            Advice.of(
                    Rule.UNKNOWN_EFFECTS,
                    "do $$ begin execute format('insert into %I values (1)', 'lonely'); end $$",
                    "insert into lonely values (1)"),
            Advice.of(
                    Rule.UNKNOWN_EFFECTS,
                    "select old_total()",
                    "-- slipway-ignore: unknown-effects\nselect old_total()"),
            Advice.of(
                    Rule.FOREIGN_KEY_WITHOUT_INDEX,
                    "create table returns (id int primary key, order_id int references orders)",
                    "create table returns (id int primary key, order_id int references orders);\n"
                            + "create index on returns (order_id, id)"),
            Advice.of(
                    Rule.UNKNOWN_IGNORE,
                    "-- slipway-ignore: unknown-effect\nselect old_total()",
                    "-- slipway-ignore: unknown-effects\nselect old_total()"),
            Advice.of(
                    Rule.ACCEPT_WITHOUT_REASON,
                    "-- slipway: accept unknown-effects\nselect old_total()",
                    "-- slipway: accept unknown-effects because it writes nothing\nselect old_total()"));

    static List<Major> majors() {
        return Major.selected();
    }

    @Test
    void eachRuleHasAdvice() {
        Set<Rule> missing = EnumSet.allOf(Rule.class);
        ALL.forEach(advice -> missing.remove(advice.rule()));
        assertThat(missing).isEmpty();
        assertThat(ALL)
                .allMatch(
                        advice -> advice.releases().isEmpty() == !advice.none().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("majors")
    void leadsToNoHazard(Major major) throws SQLException {
        var wrong = new ArrayList<String>();
        try (PostgresServer server = PostgresServer.start(major);
                Connection connection = server.connectAsSuperuser("postgres")) {
            for (Advice advice : ALL) {
                if (advice.oldest() <= major.number()) {
                    run(connection, "drop schema if exists public, old cascade;\ncreate schema public");
                    run(connection, OBJECTS);
                    walk(connection, advice, wrong);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static void walk(Connection connection, Advice advice, List<String> wrong) throws SQLException {
        if (hazards(connection, List.of(advice.example())).stream()
                .noneMatch(hazard -> hazard.rule() == advice.rule())) {
            wrong.add(advice.rule() + ": the example does not raise it: " + advice.example());
        }
        for (List<String> release : advice.releases()) {
            for (int done = 0; done < release.size(); done++) {
                List<Hazard> hazards = hazards(connection, release.subList(done, release.size()));
                if (!hazards.isEmpty()) {
                    wrong.add(advice.rule() + ": before " + release.get(done) + ": " + hazards);
                }
                try {
                    run(connection, release.get(done));
                } catch (SQLException refused) {
                    wrong.add(advice.rule() + ": " + release.get(done) + ": " + refused.getMessage());
                    return;
                }
            }
        }
    }

    private static List<Hazard> hazards(Connection connection, List<String> files) throws SQLException {
        var pending = new ArrayList<PlannedScript>();
        for (String file : files) {
            pending.add(new PlannedScript(
                    "V" + (pending.size() + 1) + "__x.sql",
                    SqlScript.parse(file),
                    file.startsWith(CONTRACT),
                    Set.of()));
        }
        Catalogue catalogue = Catalogue.read(connection, pending, "public");
        return MigrationPlan.of(pending, "public", catalogue).scripts().stream()
                .flatMap(script -> script.hazards().stream())
                .toList();
    }

    /** Runs it like the migrator: in a transaction, unless a statement refuses one. */
    private static void run(Connection connection, String file) throws SQLException {
        SqlScript script = SqlScript.parse(file);
        boolean alone = script.statements().stream()
                .anyMatch(each -> NonTransactional.reasonOf(each).isPresent()
                        || each.text().contains("commit;"));
        connection.setAutoCommit(alone);
        for (SqlStatement each : script.statements()) {
            try (Statement statement = connection.createStatement()) {
                statement.setEscapeProcessing(false);
                statement.execute(each.text());
            } catch (SQLException refused) {
                if (!alone) {
                    connection.rollback();
                }
                connection.setAutoCommit(true);
                throw refused;
            }
        }
        if (!alone) {
            connection.commit();
        }
        connection.setAutoCommit(true);
    }
}
