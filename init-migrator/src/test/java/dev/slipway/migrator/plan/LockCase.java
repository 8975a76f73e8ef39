package dev.slipway.migrator.plan;

import dev.slipway.migrator.effects.Effect;
import dev.slipway.migrator.effects.Operation;
import dev.slipway.migrator.effects.StatementReader;
import dev.slipway.migrator.sql.SqlScript;
import dev.slipway.testkit.postgres.Major;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A statement whose locks are to be compared.
 *
 * @param since the first major that knows the statement
 * @param unseen relations that the server locks too although the text does not show it
 */
record LockCase(int since, String sql, Set<String> unseen) {
    /**
     * A statement that cannot run in a transaction.
     *
     * @param blocker what another session does in an open transaction to block the statement
     * @param relation the one whose lock is compared
     */
    record Alone(String blocker, String sql, String relation) {}

    private static final String OBJECTS = """
            CREATE SCHEMA other;
            CREATE ROLE reader;
            CREATE TABLE parent (id int PRIMARY KEY, a int UNIQUE);
            CREATE TABLE t (id int PRIMARY KEY, a int, b int NOT NULL, c text, parent_id int DEFAULT 1,
                during int4range, g int GENERATED ALWAYS AS (id * 2) STORED, n int GENERATED ALWAYS AS IDENTITY,
                CONSTRAINT valid_check CHECK (a > 0));
            CREATE INDEX t_a ON t (a);
            CREATE UNIQUE INDEX t_b ON t (b);
            INSERT INTO parent SELECT i, i FROM generate_series(1, 10) i;
            INSERT INTO t (id, a, b, c, during) SELECT i, i, i, i, int4range(i, i + 1) FROM generate_series(1, 10) i;
            ALTER TABLE t ADD CONSTRAINT late_check CHECK (b > 0) NOT VALID;
            ALTER TABLE t ADD CONSTRAINT late_fk FOREIGN KEY (parent_id) REFERENCES parent NOT VALID;
            ALTER TABLE t ADD CONSTRAINT early_fk FOREIGN KEY (parent_id) REFERENCES parent;
            CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
            CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();
            CREATE POLICY p ON t USING (true);
            CREATE TABLE ruled (a int);
            CREATE RULE ru AS ON DELETE TO ruled DO INSTEAD NOTHING;
            CREATE TABLE base (x int);
            CREATE TABLE child (x int);
            CREATE TABLE inheriting (x int) INHERITS (base);
            CREATE TYPE ty AS (x int);
            CREATE TABLE typed OF ty;
            CREATE TABLE m (a int) PARTITION BY RANGE (a);
            CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (1) TO (2);
            CREATE TABLE m2 (a int);
            INSERT INTO m1 VALUES (1);
            INSERT INTO m2 VALUES (2);
            CREATE INDEX m_a ON ONLY m (a);
            CREATE INDEX m1_a ON m1 (a);
            CREATE VIEW v AS SELECT a FROM parent;
            CREATE MATERIALIZED VIEW mv AS SELECT a FROM parent;
            CREATE UNIQUE INDEX mv_a ON mv (a);
            CREATE SEQUENCE s;
            CREATE PUBLICATION published FOR TABLE base;
            CREATE TABLE customer (id int PRIMARY KEY, a int UNIQUE, name varchar(50));
            CREATE TABLE basket (id int PRIMARY KEY, customer_id int CONSTRAINT basket_customer REFERENCES customer,
                price numeric(10, 2), code varchar(20), note text, at timestamp(3), bits bit varying(5),
                address cidr, during interval(3), checked varchar(10) CHECK (checked <> ''), indexed varchar(10),
                told varchar(10) CHECK (told IS NOT NULL), proven int CONSTRAINT is_proven CHECK (proven IS NOT NULL), halfway int,
                both_ int CHECK (both_ IS NOT NULL AND id > 0), either int CHECK (either IS NOT NULL OR id < 0));
            CREATE INDEX basket_indexed ON basket (indexed);
            CREATE TABLE line (id int PRIMARY KEY, basket_id int REFERENCES basket ON DELETE CASCADE);
            ALTER TABLE basket ADD CONSTRAINT is_halfway CHECK (halfway IS NOT NULL) NOT VALID;
            CREATE TABLE "Odd Table" ("Odd Id" int REFERENCES customer, "Odd Code" varchar(10));
            INSERT INTO customer SELECT i, i FROM generate_series(1, 5) i;
            INSERT INTO basket (id, customer_id, told, proven, halfway, both_, either) SELECT i, i, 'x', 1, 1, 1, 1 FROM generate_series(1, 5) i;
            INSERT INTO line SELECT i, i FROM generate_series(1, 5) i;
            CREATE TABLE days (day int NOT NULL, customer_id int CONSTRAINT of_customer REFERENCES customer, note text,
                tag int) PARTITION BY RANGE (day);
            CREATE TABLE day1 PARTITION OF days FOR VALUES FROM (1) TO (2);
            CREATE TABLE day2 PARTITION OF days FOR VALUES FROM (2) TO (3) PARTITION BY LIST (tag);
            CREATE TABLE day2a PARTITION OF day2 FOR VALUES IN (1);
            CREATE TABLE other_days PARTITION OF days DEFAULT;
            CREATE TABLE day3 (LIKE days);
            CREATE TABLE day4 (LIKE days);
            ALTER TABLE day4 ADD CONSTRAINT bounds CHECK (day IS NOT NULL AND day >= 4 AND day < 5);
            CREATE INDEX days_note ON days (note);
            INSERT INTO days VALUES (1, 1, 'x', 1), (2, 1, 'x', 1), (9, 1, 'x', 1);
            INSERT INTO day3 VALUES (3, 1, 'x', 1);
            INSERT INTO day4 VALUES (4, 1, 'x', 1);
            CREATE TABLE months (month int NOT NULL, note text NOT NULL, tag int, free int) PARTITION BY RANGE (month);
            CREATE TABLE month1 PARTITION OF months FOR VALUES FROM (1) TO (2);
            INSERT INTO months VALUES (1, 'x', 1);
            CREATE TABLE month3 (LIKE months);
            ALTER TABLE month3 ADD CONSTRAINT bounds CHECK (month IS NOT NULL AND month >= 3 AND month < 4);
            INSERT INTO month3 VALUES (3, 'x', 1);
            CREATE DOMAIN amount AS int;
            CREATE DOMAIN price AS amount;
            CREATE DOMAIN positive AS int CHECK (VALUE > 0);
            CREATE DOMAIN unused AS int;
            CREATE TABLE amounts (a amount);
            CREATE TABLE prices (p price);
            ALTER DOMAIN amount ADD CONSTRAINT late CHECK (VALUE > 0) NOT VALID;
            INSERT INTO amounts VALUES (1);
            INSERT INTO prices VALUES (1);
            CREATE VIEW over_view AS SELECT a FROM v;
            CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;
            """;

    private static final List<LockCase> IN_TRANSACTION = List.of(
            of("CREATE INDEX ON t (c)"),
            of("CREATE UNIQUE INDEX fresh ON ONLY t USING btree (c)"),
            of("DROP INDEX t_a"),
            of("REINDEX TABLE parent"),
            of("REINDEX INDEX t_a"),
            of("ALTER TABLE t ADD COLUMN x int"),
            of("ALTER TABLE t ADD COLUMN x int NOT NULL DEFAULT 7"),
            of("ALTER TABLE t ADD COLUMN x timestamptz NOT NULL DEFAULT now()"),
            of("ALTER TABLE t ADD x numeric(10, 2) DEFAULT round(1.5, 1)::numeric(10, 2)"),
            of("ALTER TABLE t ADD x text[] DEFAULT ARRAY['a', lower('B')]"),
            of("ALTER TABLE t ADD x jsonb DEFAULT jsonb_build_object('a', current_setting('work_mem'))"),
            of("ALTER TABLE t ADD COLUMN x double precision DEFAULT random()"),
            of("ALTER TABLE t ADD COLUMN x uuid NOT NULL DEFAULT gen_random_uuid()"),
            of("ALTER TABLE t ADD COLUMN x timestamptz DEFAULT clock_timestamp()"),
            of("ALTER TABLE t ADD COLUMN x bigserial"),
            of("ALTER TABLE t ADD COLUMN x int GENERATED BY DEFAULT AS IDENTITY"),
            of("ALTER TABLE t ADD COLUMN x int GENERATED ALWAYS AS (a * 2) STORED"),
            of("ALTER TABLE t ADD COLUMN x int GENERATED ALWAYS AS (a * 2) VIRTUAL")
                    .since(18),
            of("ALTER TABLE child ADD COLUMN y text NOT NULL"),
            of("ALTER TABLE t ADD COLUMN x int DEFAULT 1 CHECK (x > 0)"),
            of("ALTER TABLE t ADD COLUMN x int UNIQUE"),
            of("ALTER TABLE base ADD COLUMN y int PRIMARY KEY").unseen("inheriting"),
            of("ALTER TABLE t ADD COLUMN x int REFERENCES parent"),
            of("ALTER TABLE t ADD COLUMN x int DEFAULT 1 REFERENCES parent (a)"),
            of("ALTER TABLE t DROP COLUMN c, DROP IF EXISTS nothing"),
            of("ALTER TABLE t ALTER COLUMN c TYPE varchar(30)"),
            of("ALTER TABLE t ALTER a SET DATA TYPE bigint USING a::bigint"),
            of("ALTER TABLE t ALTER a SET DEFAULT 3, ALTER b DROP DEFAULT"),
            of("ALTER TABLE t ALTER COLUMN c SET NOT NULL"),
            of("ALTER TABLE t ALTER b DROP NOT NULL"),
            of("ALTER TABLE t ALTER g SET EXPRESSION AS (id * 3)").since(17),
            of("ALTER TABLE t ALTER g DROP EXPRESSION"),
            of("ALTER TABLE t ALTER b ADD GENERATED ALWAYS AS IDENTITY"),
            of("ALTER TABLE t ALTER n SET GENERATED BY DEFAULT"),
            of("ALTER TABLE t ALTER n DROP IDENTITY"),
            of("ALTER TABLE t ALTER n RESTART WITH 5"),
            of("ALTER TABLE t ALTER c SET STORAGE EXTERNAL"),
            of("ALTER TABLE t ALTER c SET COMPRESSION pglz"),
            of("ALTER TABLE t ALTER c SET STATISTICS 50"),
            of("ALTER TABLE t ALTER c SET (n_distinct = 5), ALTER a RESET (n_distinct)"),
            of("ALTER TABLE t ADD CONSTRAINT x CHECK (a < 1000)"),
            of("ALTER TABLE t ADD CONSTRAINT x CHECK (a < 1000) NOT VALID"),
            of("ALTER TABLE t ADD CONSTRAINT x NOT NULL c").since(18),
            of("ALTER TABLE t ADD CONSTRAINT x NOT NULL c NOT VALID").since(18),
            of("ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES parent (a)"),
            of("ALTER TABLE t ADD CONSTRAINT x FOREIGN KEY (a) REFERENCES public.parent (a) NOT VALID"),
            of("ALTER TABLE t ADD CONSTRAINT x UNIQUE (a)"),
            of("ALTER TABLE base ADD PRIMARY KEY (x)").unseen("inheriting"),
            of("ALTER TABLE t ADD EXCLUDE USING gist (during WITH &&)"),
            of("ALTER TABLE t ADD CONSTRAINT x UNIQUE USING INDEX t_b"),
            of("ALTER TABLE t ALTER CONSTRAINT early_fk DEFERRABLE").unseen("parent"),
            of("ALTER TABLE t DROP CONSTRAINT valid_check"),
            of("ALTER TABLE t DROP CONSTRAINT early_fk"),
            of("ALTER TABLE t VALIDATE CONSTRAINT late_check"),
            of("ALTER TABLE t VALIDATE CONSTRAINT late_fk").unseen("parent"),
            of("ALTER TABLE t ENABLE TRIGGER tr, DISABLE TRIGGER USER"),
            of("ALTER TABLE t ENABLE ALWAYS TRIGGER tr"),
            of("ALTER TABLE t ENABLE REPLICA TRIGGER tr"),
            of("ALTER TABLE ruled DISABLE RULE ru"),
            of("ALTER TABLE t ENABLE ROW LEVEL SECURITY"),
            of("ALTER TABLE t NO FORCE ROW LEVEL SECURITY"),
            of("ALTER TABLE t CLUSTER ON t_a"),
            of("ALTER TABLE t SET WITHOUT CLUSTER"),
            of("ALTER TABLE t SET (fillfactor = 70, autovacuum_enabled = off)"),
            of("ALTER TABLE t RESET (fillfactor)"),
            of("ALTER TABLE ruled SET UNLOGGED"),
            of("ALTER TABLE t SET ACCESS METHOD heap2").since(15),
            of("ALTER TABLE t SET TABLESPACE elsewhere"),
            of("ALTER TABLE ruled SET SCHEMA other"),
            of("ALTER TABLE ruled RENAME TO renamed"),
            of("ALTER TABLE t RENAME COLUMN c TO d"),
            of("ALTER TABLE t RENAME c TO d"),
            of("ALTER TABLE t RENAME CONSTRAINT valid_check TO x"),
            of("ALTER TABLE child INHERIT base"),
            of("ALTER TABLE inheriting NO INHERIT base"),
            of("ALTER TABLE child OF ty"),
            of("ALTER TABLE typed NOT OF"),
            of("ALTER TABLE t OWNER TO reader"),
            of("ALTER TABLE t REPLICA IDENTITY FULL"),
            of("ALTER TABLE m ATTACH PARTITION m2 FOR VALUES FROM (2) TO (3)"),
            of("ALTER TABLE m DETACH PARTITION m1"),
            of("CREATE TABLE m3 PARTITION OF m FOR VALUES FROM (3) TO (4)"),
            of("CREATE TABLE x (id int REFERENCES parent, y int, FOREIGN KEY (y) REFERENCES t)"),
            of("CREATE TABLE x () INHERITS (base, child)"),
            of("CREATE TABLE x (LIKE t INCLUDING ALL)"),
            of("CREATE TABLE x AS SELECT * FROM t"),
            of("CREATE TRIGGER x AFTER UPDATE OF a ON t FOR EACH ROW EXECUTE FUNCTION f()"),
            of("CREATE CONSTRAINT TRIGGER x AFTER INSERT ON t DEFERRABLE FOR EACH ROW EXECUTE FUNCTION f()"),
            of("DROP TRIGGER IF EXISTS tr ON t"),
            of("ALTER TRIGGER tr ON t RENAME TO x"),
            of("CREATE RULE x AS ON UPDATE TO ruled DO INSTEAD NOTHING"),
            of("DROP RULE ru ON ruled"),
            of("CREATE POLICY x ON t FOR SELECT USING (true)"),
            of("ALTER POLICY p ON t USING (false)"),
            of("DROP POLICY p ON t"),
            of("CREATE STATISTICS x ON a, b FROM t"),
            of("COMMENT ON TABLE t IS 'x'"),
            of("COMMENT ON COLUMN public.t.a IS 'x'"),
            of("COMMENT ON COLUMN t.a IS 'x'"),
            of("COMMENT ON CONSTRAINT valid_check ON t IS 'x'"),
            of("COMMENT ON TRIGGER tr ON t IS 'x'"),
            of("COMMENT ON INDEX t_a IS 'x'"),
            of("COMMENT ON VIEW v IS 'x'"),
            of("CREATE PUBLICATION x FOR TABLE t, ONLY parent"),
            of("ALTER PUBLICATION published ADD TABLE t"),
            of("CREATE OR REPLACE VIEW v AS SELECT a FROM parent WHERE a > 1"),
            of("ALTER VIEW v RENAME TO x"),
            of("ALTER VIEW v SET (security_barrier = true)"),
            of("DROP VIEW over_view"),
            of("DROP MATERIALIZED VIEW mv"),
            of("DROP TABLE ruled"),
            of("DROP TABLE parent CASCADE"),
            of("DROP SEQUENCE s"),
            of("ALTER SEQUENCE s RESTART WITH 7"),
            of("ALTER SEQUENCE s RENAME TO x"),
            of("ALTER INDEX t_a RENAME TO x"),
            of("ALTER INDEX t_a SET (fillfactor = 70)"),
            of("ALTER INDEX t_a SET TABLESPACE elsewhere"),
            of("ALTER INDEX m_a ATTACH PARTITION m1_a").unseen("m", "m1"),
            of("TRUNCATE ruled"),
            of("TRUNCATE parent, ONLY t"),
            of("TRUNCATE TABLE parent CASCADE"),
            of("CLUSTER t USING t_a"),
            of("CLUSTER t_a ON t"),
            of("ANALYZE t"),
            of("ANALYZE (VERBOSE) t (a), parent"),
            of("REFRESH MATERIALIZED VIEW mv"),
            of("REFRESH MATERIALIZED VIEW CONCURRENTLY mv"),
            of("LOCK TABLE t, ONLY parent IN SHARE ROW EXCLUSIVE MODE NOWAIT"),
            of("LOCK parent"),
            of("LOCK TABLE parent IN ROW SHARE MODE"),
            of("INSERT INTO ruled VALUES (1)"),
            of("UPDATE t SET a = 1 WHERE id = 1"),
            of("UPDATE ONLY t SET a = 1"),
            of("DELETE FROM t"),
            of("WITH x AS (SELECT 1) DELETE FROM t WHERE id IN (SELECT * FROM x)"),
            of("GRANT SELECT ON t TO reader"),
            of("SELECT * FROM t"),
            of("CREATE VIEW x AS SELECT * FROM t"),
            of("CREATE MATERIALIZED VIEW x AS SELECT * FROM t"),
            // The other end of a foreign key.
            of("ALTER TABLE basket DROP CONSTRAINT IF EXISTS basket_customer"),
            of("alter table only public.basket drop constraint \"basket_customer\", add column x int"),
            of("ALTER TABLE basket DROP COLUMN customer_id"),
            of("ALTER TABLE basket DROP /* gone */ customer_id, ADD COLUMN x int REFERENCES parent"),
            of("ALTER TABLE \"Odd Table\" DROP COLUMN IF EXISTS \"Odd Id\""),
            of("ALTER TABLE basket ALTER customer_id TYPE bigint"),
            of("DROP TABLE line"),
            of("DROP TABLE IF EXISTS public.basket CASCADE"),
            of("DROP TABLE basket, line"),
            of("DROP TABLE \"Odd Table\""),
            of("ALTER TABLE customer DROP CONSTRAINT customer_pkey CASCADE"),
            of("ALTER TABLE customer DROP COLUMN id CASCADE"),
            of("ALTER TABLE customer DROP COLUMN name"),
            of("TRUNCATE customer CASCADE"),
            of("DROP VIEW v CASCADE"),
            of("CREATE TABLE x (id int CONSTRAINT x_fk REFERENCES customer); ALTER TABLE x DROP CONSTRAINT x_fk"),
            of("CREATE TABLE x (id int REFERENCES customer); ALTER TABLE x DROP CONSTRAINT x_id_fkey"),
            of("CREATE TABLE IF NOT EXISTS basket (id int REFERENCES customer)"),
            // Partitions, and tables that inherit.
            of("CREATE TABLE x PARTITION OF days FOR VALUES FROM (5) TO (6)"),
            of("CREATE TABLE x PARTITION OF months FOR VALUES FROM (5) TO (6)"),
            of("CREATE TABLE IF NOT EXISTS x PARTITION OF public.months (note DEFAULT 'x') DEFAULT"),
            of("ALTER TABLE days ATTACH PARTITION day3 FOR VALUES FROM (3) TO (4)"),
            of("ALTER TABLE days ATTACH PARTITION day4 FOR VALUES FROM (4) TO (5)"),
            of("ALTER TABLE months ATTACH PARTITION month3 FOR VALUES FROM (3) TO (4)"),
            of("ALTER TABLE days DETACH PARTITION day1"),
            of("DROP TABLE day1"),
            of("DROP TABLE other_days"),
            of("DROP TABLE day2a"),
            of("DROP TABLE days"),
            of("DROP TABLE month1"),
            of("DROP TABLE inheriting"),
            of("TRUNCATE days"),
            of("TRUNCATE ONLY base"),
            of("TRUNCATE base"),
            of("LOCK TABLE days IN SHARE MODE"),
            of("LOCK ONLY days"),
            of("ALTER TABLE days ADD COLUMN x int"),
            of("ALTER TABLE base ADD COLUMN y int"),
            of("ALTER TABLE days DROP COLUMN note"),
            of("ALTER TABLE days ALTER note SET DEFAULT 'x'"),
            of("ALTER TABLE ONLY days ALTER note SET DEFAULT 'x'"),
            of("ALTER TABLE days ALTER note SET NOT NULL"),
            of("ALTER TABLE months ALTER note DROP NOT NULL"),
            of("ALTER TABLE months ALTER free DROP NOT NULL"),
            of("ALTER TABLE days ALTER note SET STATISTICS 5"),
            of("ALTER TABLE days ALTER note SET (n_distinct = 5)"),
            of("ALTER TABLE days ALTER note TYPE varchar(10)"),
            of("ALTER TABLE days ADD CHECK (tag < 1000)"),
            of("ALTER TABLE days ADD CHECK (tag < 1000) NOT VALID"),
            of("ALTER TABLE ONLY base ADD CHECK (x < 1000) NO INHERIT"),
            of("ALTER TABLE months ADD UNIQUE (month, tag)").since(18),
            of("ALTER TABLE ONLY months ADD UNIQUE (month, tag)"),
            of("ALTER TABLE months ADD FOREIGN KEY (tag) REFERENCES customer"),
            of("ALTER TABLE days DROP CONSTRAINT of_customer"),
            of("ALTER TABLE days RENAME COLUMN note TO remark"),
            of("ALTER TABLE days RENAME TO dates"),
            of("ALTER TABLE days ENABLE ROW LEVEL SECURITY"),
            of("ALTER TABLE days DISABLE TRIGGER USER"),
            of("CREATE TRIGGER x AFTER INSERT ON days FOR EACH ROW EXECUTE FUNCTION f()"),
            of("CREATE INDEX ON days (tag)"),
            of("CREATE INDEX ON ONLY days (tag)"),
            of("CREATE INDEX ON base (x)"),
            of("DROP INDEX days_note"),
            of("UPDATE days SET note = 'x'"),
            of("DELETE FROM ONLY line"),
            of("ANALYZE days"),
            // Types with the same stored bytes, and types without.
            of("ALTER TABLE basket ALTER code TYPE varchar(30)"),
            of("ALTER TABLE basket ALTER COLUMN code SET DATA TYPE character varying (30)"),
            of("ALTER TABLE basket ALTER code TYPE text, ALTER price TYPE numeric(14, 2)"),
            of("ALTER TABLE basket ALTER code TYPE varchar"),
            of("ALTER TABLE basket ALTER code TYPE varchar(10)"),
            of("ALTER TABLE basket ALTER code TYPE char(30)"),
            of("ALTER TABLE basket ALTER code TYPE varchar(30) USING code"),
            of("ALTER TABLE basket ALTER code TYPE varchar(30) USING code::varchar(30)"),
            of("ALTER TABLE basket ALTER code TYPE varchar(30) USING trim(code)"),
            of("ALTER TABLE \"Odd Table\" ALTER \"Odd Code\" TYPE pg_catalog.varchar(20)"),
            of("ALTER TABLE basket ALTER note TYPE varchar"),
            of("ALTER TABLE basket ALTER note TYPE varchar(10)"),
            of("ALTER TABLE basket ALTER indexed TYPE text"),
            of("ALTER TABLE basket ALTER code TYPE varchar(20) COLLATE \"C\""),
            of("ALTER TABLE basket ALTER note TYPE text COLLATE pg_catalog.\"POSIX\" USING note::text"),
            of("ALTER TABLE basket ALTER indexed TYPE varchar(10) COLLATE \"C\""),
            of("ALTER TABLE basket ALTER indexed TYPE text COLLATE \"C\", ALTER price TYPE numeric(14, 2)"),
            of("ALTER TABLE basket ALTER code TYPE varchar(10) COLLATE \"C\""),
            of("ALTER TABLE basket ALTER checked TYPE varchar(10) COLLATE \"C\""),
            of("ALTER TABLE basket ALTER checked TYPE varchar(20)"),
            of("ALTER TABLE basket ALTER told TYPE varchar(20)"),
            of("ALTER TABLE basket ALTER price TYPE decimal(12, 2)"),
            of("ALTER TABLE basket ALTER price TYPE numeric(12, 3)"),
            of("ALTER TABLE basket ALTER price TYPE numeric(9, 2)"),
            of("ALTER TABLE basket ALTER price TYPE numeric"),
            of("ALTER TABLE basket ALTER at TYPE timestamp(6)"),
            of("ALTER TABLE basket ALTER at TYPE timestamp without time zone"),
            of("ALTER TABLE basket ALTER at TYPE timestamp(1)"),
            of("ALTER TABLE basket ALTER bits TYPE varbit(9)"),
            of("ALTER TABLE basket ALTER during TYPE interval"),
            of("ALTER TABLE basket ALTER address TYPE inet"),
            of("ALTER TABLE basket ALTER id TYPE integer"),
            of("ALTER TABLE customer ALTER name TYPE varchar(60)"),
            of("ALTER TABLE customer ALTER id TYPE bigint"),
            // NOT NULL, proven or not.
            of("ALTER TABLE basket ALTER proven SET NOT NULL"),
            of("ALTER TABLE basket ALTER id SET NOT NULL"),
            of("ALTER TABLE basket ALTER both_ SET NOT NULL"),
            of("ALTER TABLE basket ALTER either SET NOT NULL"),
            of("ALTER TABLE basket ALTER halfway SET NOT NULL"),
            of("ALTER TABLE basket VALIDATE CONSTRAINT is_halfway; ALTER TABLE basket ALTER halfway SET NOT NULL"),
            of("ALTER TABLE basket VALIDATE CONSTRAINT is_halfway, ALTER halfway SET NOT NULL"),
            of("ALTER TABLE basket ALTER proven SET NOT NULL, DROP CONSTRAINT is_proven"),
            of("ALTER TABLE basket VALIDATE CONSTRAINT basket_customer"),
            // Domains.
            of("ALTER DOMAIN amount ADD CHECK (VALUE < 1000)"),
            of("ALTER DOMAIN public.amount ADD CONSTRAINT x CHECK (VALUE < 1000) NOT VALID"),
            of("ALTER DOMAIN price ADD CONSTRAINT x CHECK (VALUE < 1000)"),
            of("ALTER DOMAIN amount VALIDATE CONSTRAINT late"),
            of("ALTER DOMAIN amount SET NOT NULL"),
            of("ALTER DOMAIN amount DROP NOT NULL"),
            of("ALTER DOMAIN amount DROP CONSTRAINT late"),
            of("ALTER DOMAIN amount SET DEFAULT 4"),
            of("CREATE DOMAIN x AS int CHECK (VALUE > 0)"),
            of("ALTER TABLE ruled ADD COLUMN x positive"),
            of("ALTER TABLE ruled ADD COLUMN x unused"),
            of("CREATE DOMAIN x AS int CHECK (VALUE > 0); ALTER TABLE ruled ADD COLUMN y x"),
            // Statements inside of statements.
            of("DO $$ BEGIN ALTER TABLE basket DROP CONSTRAINT basket_customer; END $$"),
            of("do language plpgsql 'begin if true then update line set id = id + 100; end if; end'"),
            of(
                    "DO $x$ DECLARE i int; BEGIN FOR i IN 1..2 LOOP EXECUTE 'LOCK TABLE ruled IN SHARE MODE'; END LOOP; END $x$"),
            of("WITH gone AS (DELETE FROM line RETURNING id) INSERT INTO ruled SELECT id FROM gone"),
            of("WITH RECURSIVE a(b) AS MATERIALIZED (SELECT 1), c AS (UPDATE line SET id = id + 100 RETURNING id)"
                    + " SELECT * FROM a, c"),
            of("ALTER VIEW v RENAME COLUMN a TO b"),
            of("ALTER TABLE v RENAME TO x"));

    private static final String LOCK_T = "LOCK TABLE t IN SHARE UPDATE EXCLUSIVE MODE";

    private static final List<Alone> ALONE = List.of(
            new Alone(LOCK_T, "CREATE INDEX CONCURRENTLY ON t (c)", "public.t"),
            new Alone("ALTER INDEX t_a SET (fillfactor = 90)", "DROP INDEX CONCURRENTLY t_a", "public.t_a"),
            new Alone(LOCK_T, "DROP INDEX CONCURRENTLY t_a", "public.t"),
            new Alone(LOCK_T, "REINDEX TABLE CONCURRENTLY t", "public.t"),
            new Alone("ALTER INDEX t_a SET (fillfactor = 90)", "REINDEX INDEX CONCURRENTLY t_a", "public.t_a"),
            new Alone(LOCK_T, "VACUUM t", "public.t"),
            new Alone(LOCK_T, "VACUUM (FULL) t", "public.t"),
            new Alone(LOCK_T, "VACUUM FULL VERBOSE t", "public.t"),
            new Alone(
                    "LOCK TABLE m IN ACCESS EXCLUSIVE MODE",
                    "ALTER TABLE m DETACH PARTITION m1 CONCURRENTLY",
                    "public.m"),
            new Alone(
                    "LOCK TABLE m1 IN ACCESS SHARE MODE",
                    "ALTER TABLE m DETACH PARTITION m1 CONCURRENTLY",
                    "public.m1"));

    static List<LockCase> inTransaction(Major major) {
        return IN_TRANSACTION.stream()
                .filter(each -> each.since <= major.number())
                .toList();
    }

    /** What the statements of newer majors do, judged by the text alone. */
    static Set<Operation> operationsOfNewer(Major major) {
        return IN_TRANSACTION.stream()
                .filter(each -> each.since > major.number())
                .flatMap(each -> SqlScript.parse(each.sql).statements().stream())
                .flatMap(statement -> StatementReader.read(statement, "public").effects().stream())
                .map(Effect::operation)
                .collect(Collectors.toSet());
    }

    static List<Alone> alone() {
        return ALONE;
    }

    /** @param writable a folder of the server's account, for a tablespace */
    static void createObjects(Connection connection, Path writable) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            Path tablespace = writable.resolve("elsewhere");
            statement.execute("COPY (SELECT 1) TO PROGRAM 'cat > /dev/null && mkdir " + tablespace + "'");
            statement.execute("CREATE TABLESPACE elsewhere LOCATION '" + tablespace + "'");
            statement.execute(OBJECTS);
        }
    }

    private static LockCase of(String sql) {
        return new LockCase(0, sql, Set.of());
    }

    private LockCase since(int major) {
        return new LockCase(major, sql, unseen);
    }

    private LockCase unseen(String... relations) {
        return new LockCase(since, sql, Set.of(relations));
    }
}
