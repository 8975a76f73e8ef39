package dev.slipway.migrator.plan;

import dev.slipway.migrator.effects.StatementEffects;
import dev.slipway.migrator.effects.StatementReader;
import dev.slipway.migrator.sql.QualifiedName;
import dev.slipway.migrator.sql.SqlLiteral;
import dev.slipway.migrator.sql.SqlStatement;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Builds the one query that a plan sends to the catalogue. It takes no lock on any relation: a size or a definition
 * from PostgreSQL's functions would take one, and would wait for a running migration.
 */
final class CatalogueQuestion {
    /**
     * Follows partitions, foreign keys and views from the named relations to all others whose locks or content matter.
     */
    private static final String QUESTION = """
            with recursive
            asked(s, n) as (values %s),
            called(f) as (values %s),
            named(oid) as (
              select c.oid from asked join pg_namespace x on x.nspname = s
              join pg_class c on c.relnamespace = x.oid and c.relname = n),
            types(root, oid) as (
              select t.oid, t.oid from asked join pg_namespace x on x.nspname = s
              join pg_type t on t.typnamespace = x.oid and t.typname = n and t.typtype in ('d', 'e')
              union select r.root, t.oid from types r join pg_type t on t.typbasetype = r.oid and t.typtype = 'd'),
            typed(root, oid) as (
              select t.root, a.attrelid from types t join pg_attribute a on a.atttypid = t.oid and not a.attisdropped
              join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p', 'm')),
            edges(a, b) as materialized (
              select inhparent, inhrelid from pg_inherits
              union all select confrelid, conrelid from pg_constraint where contype = 'f'
              union all select indexrelid, indrelid from pg_index
              union all select d.refobjid, r.ev_class from pg_depend d join pg_rewrite r on r.oid = d.objid
                where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass
                and r.ev_class <> d.refobjid),
            below(oid) as (
              select oid from named union select oid from typed union select b from below join edges on a = below.oid),
            above(oid) as (
              select oid from named union select inhparent from above join pg_inherits on inhrelid = above.oid),
            touched(oid) as (
              select oid from below union select oid from above
              union select partdefid from above join pg_partitioned_table on partrelid = above.oid where partdefid <> 0),
            r as materialized (
              select c.*, x.nspname from touched join pg_class c on c.oid = touched.oid
              join pg_namespace x on x.oid = c.relnamespace),
            k as materialized (
              select k.*, (select string_agg(a.attname, chr(31) order by p.i) from unnest(k.conkey) with ordinality p(n, i)
                join pg_attribute a on a.attrelid = k.conrelid and a.attnum = p.n) as columns,
                (select string_agg(a.attname, chr(31) order by p.i) from unnest(k.confkey) with ordinality p(n, i)
                join pg_attribute a on a.attrelid = k.confrelid and a.attnum = p.n) as referenced,
                case when convalidated then 'valid' end as valid
              from pg_constraint k where contype in ('c', 'f', 'n')
              and (conrelid in (select oid from touched) or confrelid in (select oid from touched)))
            select 'server'::text, ''::text, ''::text, ''::text, ''::text, ''::text, current_setting('server_version_num'), ''::text
            union all
            select 'relation', nspname, relname, '', case when relrowsecurity then 'row security' end, relkind::text,
              (case when reltuples < 0 then -1 else greatest(reltuples::bigint, pg_stat_get_live_tuples(oid)) end)::text, (greatest(relpages, 0)::bigint * current_setting('block_size')::bigint)::text
            from r
            union all
            select 'index', r.nspname, r.relname, x.nspname, c.relname, '', '', ''
            from r join pg_index i on i.indexrelid = r.oid join pg_class c on c.oid = i.indrelid
            join pg_namespace x on x.oid = c.relnamespace
            union all
            select case when r.relispartition then 'partition' else 'child' end, r.nspname, r.relname, x.nspname, p.relname,
              '', case when d.partdefid = r.oid then 'default' end, ''
            from r join pg_inherits i on i.inhrelid = r.oid join pg_class p on p.oid = i.inhparent
            join pg_namespace x on x.oid = p.relnamespace left join pg_partitioned_table d on d.partrelid = p.oid
            union all
            select 'foreign key', x.nspname, c.relname, y.nspname, o.relname, conname, columns || chr(30) || referenced, valid
            from k join pg_class c on c.oid = conrelid join pg_namespace x on x.oid = c.relnamespace
            join pg_class o on o.oid = confrelid join pg_namespace y on y.oid = o.relnamespace
            where contype = 'f' and conparentid = 0
            union all
            select 'check', r.nspname, r.relname, '', '', conname, columns, valid
            from k join r on r.oid = conrelid where contype = 'c'
            union all
            select 'not null', r.nspname, r.relname, '', '', conname, a.attname, valid
            from k join r on r.oid = conrelid
            cross join lateral regexp_matches(conbin::text,
              '\\{NULLTEST :arg \\{VAR :varno 1 :varattno (\\d+) [^{}]*\\} :nulltesttype 1', 'g') m
            join pg_attribute a on a.attrelid = conrelid and a.attnum = m[1]::int
            where contype = 'c'
            and conbin::text !~ ':boolop (or|not)|\\{(FUNCEXPR|CASE|COALESCE|DISTINCTEXPR|BOOLEANTEST|SUBLINK)'
            union all
            select distinct 'view', r.nspname, r.relname, x.nspname, o.relname, '', '', ''
            from r join pg_rewrite w on w.ev_class = r.oid join pg_depend d on d.objid = w.oid
            and d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid <> r.oid
            join pg_class o on o.oid = d.refobjid join pg_namespace x on x.oid = o.relnamespace
            union all
            select distinct 'type of', r.nspname, r.relname, x.nspname, t.typname, '', '', ''
            from typed join r on r.oid = typed.oid join pg_type t on t.oid = typed.root
            join pg_namespace x on x.oid = t.typnamespace
            union all
            select 'column', r.nspname, r.relname, '', '', attname, format_type(atttypid, atttypmod),
              concat(case when attnotnull and not exists (select from k where contype = 'n' and conrelid = r.oid
                and conkey[1] = attnum and not convalidated) then 'not null ' end,
                case when exists (select from pg_index x where x.indrelid = r.oid and (attnum = any (x.indkey::int2[])
                  or x.indexprs is not null or x.indpred is not null)) then 'indexed' end)
            from named join r on r.oid = named.oid join pg_attribute on attrelid = r.oid and attnum > 0 and not attisdropped
            where r.relkind in ('r', 'p')
            union all
            select 'key', r.nspname, r.relname, '', '', '', (select string_agg(a.attname, chr(31))
              from pg_attribute a where a.attrelid = r.oid and a.attnum = any (partattrs::int2[])), ''
            from r join pg_partitioned_table on partrelid = r.oid
            union all
            select 'constrained', x.nspname, t.typname, '', '', '', '', ''
            from (select distinct root from types) d join pg_type t on t.oid = d.root and t.typtype = 'd'
            join pg_namespace x on x.oid = t.typnamespace
            where t.typnotnull or exists (select from pg_constraint where contypid = t.oid)
            union all
            select distinct 'function', '', '', '', '', proname::text, '', ''
            from called join pg_proc on proname = f and pronamespace = 'pg_catalog'::regnamespace
            """;

    private CatalogueQuestion() {}

    static Optional<String> about(List<PlannedScript> pending, String defaultSchema) {
        Set<QualifiedName> names = new LinkedHashSet<>();
        Set<String> functions = new LinkedHashSet<>();
        for (PlannedScript script : pending) {
            for (SqlStatement statement : script.script().statements()) {
                StatementEffects effects = StatementReader.read(statement, defaultSchema);
                names.addAll(effects.named());
                effects.called().stream()
                        .filter(each -> each.schema().isEmpty())
                        .map(QualifiedName::name)
                        .forEach(functions::add);
            }
        }
        if (names.isEmpty() && functions.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(QUESTION.formatted(
                names.isEmpty()
                        ? "('', '')"
                        : names.stream().map(CatalogueQuestion::pair).collect(Collectors.joining(", ")),
                functions.isEmpty()
                        ? "('')"
                        : functions.stream()
                                .map(each -> "(" + SqlLiteral.of(each) + ")")
                                .collect(Collectors.joining(", "))));
    }

    private static String pair(QualifiedName name) {
        return "(" + SqlLiteral.of(name.schema().orElse("")) + ", " + SqlLiteral.of(name.name()) + ")";
    }
}
