package dev.slipway.migrator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.migrator.effects.Rule;
import dev.slipway.migrator.sql.SqlScript;
import dev.slipway.migrator.sql.SqlStatement;
import dev.slipway.testkit.postgres.Major;
import dev.slipway.testkit.postgres.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which hazards remain or appear once the plan reads the server's catalogue. */
class CatalogueHazardsIT {
    private static final Set<Rule> CERTAIN_FAILURES =
            Set.of(Rule.REFUSED_ON_PARTITIONED, Rule.ENUM_VALUE_IN_ITS_SCRIPT);

    private static final String OBJECTS = """
            create table u (id int primary key, email varchar(50), a int, b int, c int, d int,
              code varchar(5) check (code <> ''),
              constraint proven check (email is not null), constraint halfway check (a is not null or b > 0));
            alter table u add constraint late check (b is not null) not valid;
            alter table u add constraint "Mixed Case" check (c is not null and id > 0);
            create table child (id int primary key, u_id int constraint child_u references u);
            create table lonely (id int);
            create view over_u as select id from u;
            create table few as select i as id, i as n from generate_series(1, 10) i;
            create table many as select i as id, i as n from generate_series(1, 5000) i;
            vacuum analyze few;
            vacuum analyze many;
            create table p (id int, n int) partition by range (id);
            create table p1 partition of p for values from (1) to (2);
            create table p_other partition of p default;
            create index p_n on p (n);
            create table p2 (id int, n int);
            create table q (id int, n int) partition by range (id);
            create table q1 partition of q for values from (1) to (2);
            create table q2 (id int, n int, check (id is not null and id >= 2 and id < 3));
            create table open_rows (id int);
            create policy open_policy on open_rows using (true);
            create table closed_rows (id int);
            create policy closed_policy on closed_rows using (true);
            alter table closed_rows enable row level security;
            create type st as enum ('a');
            create table holders (s st);
            create table labels (t text);
            create domain used as int;
            create domain unused as int;
            create table uses (x used);
            create function own() returns int language sql as 'select 1';
            """;

    /** The pending scripts, divided by lines of ---, and the names of the rules that they break, in their order. */
    private record Case(int oldest, int newest, String scripts, List<String> rules) {
        static Case of(String scripts, String... rules) {
            return new Case(0, 99, scripts, List.of(rules));
        }

        static Case upTo(int newest, String scripts, String... rules) {
            return new Case(0, newest, scripts, List.of(rules));
        }

        static Case from(int oldest, String scripts, String... rules) {
            return new Case(oldest, 99, scripts, List.of(rules));
        }

        List<PlannedScript> pending() {
            List<PlannedScript> pending = new ArrayList<>();
            for (String part : scripts.split("\n---\n", -1)) {
                pending.add(new PlannedScript(
                        "V" + (pending.size() + 1) + "__x.sql",
                        SqlScript.parse(part),
                        part.startsWith("-- slipway: contract"),
                        Set.of()));
            }
            return pending;
        }
    }

    private static final List<Case> CASES = List.of(
            // What the advice of set-not-null-scan leads to.
            Case.of("alter table u alter email set not null"),
            Case.of(
                    "ALTER TABLE IF EXISTS ONLY public.\"u\" ALTER COLUMN \"email\" SET NOT NULL, ALTER c SET NOT NULL"),
            Case.of("alter table u alter id set not null"),
            Case.of("alter table u alter a set not null", "set-not-null-scan"),
            Case.of("alter table u alter b set not null", "set-not-null-scan"),
            Case.of("alter table u validate constraint late\n---\nalter table u alter b set not null"),
            Case.of(
                    "alter table u drop constraint proven;\nalter table u alter email set not null",
                    "set-not-null-scan"),
            Case.of("alter table u alter email set not null, drop constraint proven", "set-not-null-scan"),
            // Types.
            Case.of("alter table u alter email type varchar(60)"),
            Case.of("alter table u alter code type varchar(60)", "constraint-without-not-valid"),
            Case.of("alter table u alter d type int4"),
            Case.of("alter table u alter d type bigint", "change-column-type"),
            Case.of("alter table u alter email type varchar(10)", "change-column-type"),
            // Foreign keys.
            Case.of("alter table child drop constraint child_u"),
            Case.of("set lock_timeout = 1;\nalter table child drop constraint if exists \"child_u\""),
            Case.of("alter table child drop constraint child_u;\nselect 1", "drop-foreign-key"),
            Case.of("alter table child drop column u_id;\nselect 1", "drop-column", "drop-foreign-key"),
            Case.of("drop table child;\nselect 1", "drop-table", "drop-foreign-key"),
            // CASCADE, with and without dependents.
            Case.of("drop table lonely cascade", "drop-table"),
            Case.of("drop table u cascade", "drop-table", "drop-cascade"),
            Case.of("drop view over_u cascade", "drop-object"),
            // Sizes.
            Case.of("create index on few (n)"),
            Case.of("update few set n = 1"),
            Case.of("create index on many (n)", "create-index-not-concurrent"),
            Case.of("update many set n = 1", "write-all-rows"),
            Case.of("alter table few alter n type bigint", "change-column-type"),
            Case.of(
                    "create table if not exists many (id int);\ncreate index on many (n)",
                    "create-index-not-concurrent"),
            Case.of("drop table few;\ncreate table few (id int);\ncreate index on few (id)", "drop-table"),
            // Partitioned tables.
            Case.of("create index concurrently on p (id)", "refused-on-partitioned"),
            Case.of("create index CONCURRENTLY if not exists x on only public.p (id)", "refused-on-partitioned"),
            Case.of("drop index concurrently p_n", "refused-on-partitioned"),
            Case.of("alter table p detach partition p1 concurrently", "refused-on-partitioned"),
            Case.of("alter table q detach partition q1 concurrently"),
            Case.upTo(17, "alter table p add foreign key (n) references u not valid", "refused-on-partitioned"),
            Case.from(18, "alter table p add foreign key (n) references u not valid"),
            Case.of("create index on only p (id)"),
            Case.of("create index on p (id)", "create-index-not-concurrent"),
            Case.of("create index concurrently on p1 (id)"),
            Case.of("reindex table concurrently p"),
            Case.of(
                    "create table x partition of p for values from (5) to (6)",
                    "create-partition",
                    "default-partition-scan"),
            Case.of(
                    "alter table p attach partition p2 for values from (2) to (3)",
                    "default-partition-scan",
                    "attach-partition-scan"),
            Case.of("alter table q attach partition q2 for values from (2) to (3)"),
            Case.of("create table x (like q);\nalter table q attach partition x for values from (5) to (6)"),
            // Row security.
            Case.of("alter policy open_policy on open_rows using (false)"),
            Case.of("drop policy closed_policy on closed_rows", "row-security"),
            Case.of("create policy more on closed_rows using (id > 0)"),
            Case.of("alter table open_rows enable row level security", "row-security"),
            Case.of("-- slipway: contract\nalter table open_rows enable row level security"),
            // Contract migrations may remove things.
            Case.of("-- slipway: contract\nalter table u drop column d"),
            Case.of("-- slipway: contract\ncreate index on many (n)", "create-index-not-concurrent"),
            // Enums.
            Case.of(
                    "alter type st add value 'b';\nalter table holders alter s set default 'b'",
                    "enum-value-in-its-script"),
            Case.of(
                    "ALTER TYPE public.st ADD VALUE 'b';\nINSERT INTO holders VALUES ('b')",
                    "enum-value-in-its-script"),
            Case.of(
                    "alter type st add value 'b' after 'a';\ndo $$ begin insert into holders values ('b'); end $$",
                    "enum-value-in-its-script"),
            Case.of("alter type st add value 'b';\ninsert into labels values ('b')"),
            Case.of("alter type st add value 'b';\ninsert into labels select 'b'::st", "enum-value-in-its-script"),
            Case.of("alter type st add value 'b'\n---\ninsert into holders values ('b')"),
            Case.of("alter type st rename value 'a' to 'b';\ninsert into holders values ('b')", "rename-object"),
            Case.upTo(
                    16,
                    "create type n as enum ('x');\nalter type n add value 'b';\ncreate table t (z n default 'b')",
                    "enum-value-in-its-script"),
            Case.from(
                    17, "create type n as enum ('x');\nalter type n add value 'b';\ncreate table t (z n default 'b')"),
            // Domains.
            Case.of("alter domain used add check (value > 0)", "domain-constraint"),
            Case.of("alter domain unused add check (value > 0)"),
            Case.of("alter domain used add constraint x check (value > 0) not valid"),
            // Code that is not in the script.
            Case.of("select count(*), pg_catalog.now(), setval('x', max(id)) from u"),
            Case.of("select own()", "unknown-effects"),
            Case.of("select public.now()", "unknown-effects"));

    static List<Major> majors() {
        return Major.selected();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void theCatalogueIsAskedBeforeTheTextIsJudged(Major major) throws SQLException {
        var wrong = new ArrayList<String>();
        try (PostgresServer server = PostgresServer.start(major);
                Connection connection = server.connectAsSuperuser("postgres")) {
            createObjects(connection);
            for (Case each : CASES) {
                if (each.oldest() > major.number() || each.newest() < major.number()) {
                    continue;
                }
                List<Hazard> hazards = hazards(connection, each);
                List<String> rules =
                        hazards.stream().map(hazard -> hazard.rule().ruleName()).toList();
                if (!rules.equals(each.rules())) {
                    wrong.add(each.scripts() + ": " + hazards + ", expected " + each.rules());
                }
                boolean certain = hazards.stream().anyMatch(hazard -> CERTAIN_FAILURES.contains(hazard.rule()));
                if (certain && !fails(connection, each)) {
                    wrong.add(each.scripts() + ": is said to fail, and does not");
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void theSizeIsSaid(Major major) throws SQLException {
        try (PostgresServer server = PostgresServer.start(major);
                Connection connection = server.connectAsSuperuser("postgres")) {
            createObjects(connection);
            assertThat(hazards(connection, Case.of("create index on many (n)")))
                    .extracting(Hazard::what)
                    .containsExactly("CREATE INDEX on public.many, about 5,000 rows, 1 MB");
        }
    }

    /** A migration that is under way holds them for as long as it runs. */
    @ParameterizedTest
    @MethodSource("majors")
    void theQuestionWaitsForNoLock(Major major) throws SQLException {
        try (PostgresServer server = PostgresServer.start(major);
                Connection connection = server.connectAsSuperuser("postgres");
                Connection holder = server.connectAsSuperuser("postgres")) {
            createObjects(connection);
            holder.setAutoCommit(false);
            execute(holder, "lock table u, child, p, q, holders, uses in access exclusive mode");
            execute(connection, "set lock_timeout = '1ms'");
            assertThat(hazards(connection, Case.of("alter table u alter email set not null;\ndrop table p, q, uses")))
                    .isNotEmpty();
            holder.rollback();
        }
    }

    private static List<Hazard> hazards(Connection connection, Case each) throws SQLException {
        Catalogue catalogue = Catalogue.read(connection, each.pending(), "public");
        return MigrationPlan.of(each.pending(), "public", catalogue).scripts().stream()
                .flatMap(script -> script.hazards().stream())
                .toList();
    }

    private static boolean fails(Connection connection, Case each) throws SQLException {
        SqlScript script = each.pending().get(0).script();
        connection.setAutoCommit(script.statements().size() == 1);
        try {
            for (SqlStatement statement : script.statements()) {
                execute(connection, statement.text());
            }
            return false;
        } catch (SQLException expected) {
            return Set.of("0A000", "55000", "55P04", "42809").contains(String.valueOf(expected.getSQLState()));
        } finally {
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            connection.setAutoCommit(true);
        }
    }

    private static void createObjects(Connection connection) throws SQLException {
        for (SqlStatement statement : SqlScript.parse(OBJECTS).statements()) {
            execute(connection, statement.text());
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
