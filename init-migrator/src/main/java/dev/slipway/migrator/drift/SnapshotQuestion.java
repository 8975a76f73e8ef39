package dev.slipway.migrator.drift;

import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.sql.SqlLiteral;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The query for everything in some schemas that a migration can create: what it is, its name, and a definition that does
 * not depend on oids, statistics, the order of columns or the session. Left out are partitions, which come and go by
 * themselves, what belongs to an extension, and our own tables.
 */
final class SnapshotQuestion {
    /**
     * Goes before the query in the same message, and so lasts no longer. No schema is on the path, so that PostgreSQL
     * qualifies every name it prints, and no temporary object can stand in for one of the catalogue.
     */
    static final String SETTINGS = "set local search_path = pg_catalog, pg_temp; set local timezone = 'UTC';"
            + " set local intervalstyle = 'postgres'; set local quote_all_identifiers = off; set local lock_timeout = 2000; ";

    private static final String QUESTION = """
            with
              s as materialized (
                select n.oid, nspowner, nspacl, quote_ident(nspname) as name
                from pg_namespace n
                where nspname = {schema} or quote_ident(nspname) = any ({known})
                  or (nspowner = (select relowner from pg_class where oid = to_regclass({history}))
                    and nspname !~ '^pg_' and nspname <> 'information_schema'
                    and not exists (select from pg_class c where c.relnamespace = n.oid and c.relname = {table})
                    and not exists (select from pg_depend d
                      where d.classid = 'pg_namespace'::regclass and d.objid = n.oid and d.deptype = 'e'))),
              extended as materialized (
                select classid, objid from pg_depend where deptype = 'e'),
              rel as materialized (
                select c.*, s.name || '.' || quote_ident(c.relname) as name, pg_get_userbyid(c.relowner) as owner
                from pg_class c join s on s.oid = c.relnamespace
                where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'c') and not c.relispartition and not c.relname = any ({own})
                  and not exists (select from extended e where e.classid = 'pg_class'::regclass and e.objid = c.oid)),
              typ as materialized (
                select t.*, s.name || '.' || quote_ident(t.typname) as name, pg_get_userbyid(t.typowner) as owner
                from pg_type t join s on s.oid = t.typnamespace
                where (t.typtype in ('e', 'd', 'r')
                    or t.typtype = 'c' and exists (select from rel where rel.oid = t.typrelid and rel.relkind = 'c'))
                  and not exists (select from extended e where e.classid = 'pg_type'::regclass and e.objid = t.oid)),
              routine as materialized (
                select p.*, s.name || '.' || quote_ident(p.proname) || '('
                  || pg_get_function_identity_arguments(p.oid) || ')' as name
                from pg_proc p join s on s.oid = p.pronamespace
                where not exists (select from pg_depend d
                  where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype in ('e', 'i'))),
              acl (kind, name, owner, rights) as (
                select 'schema', name, nspowner, nspacl from s
                union all
                select case relkind when 'S' then 'sequence' else 'table' end, name, relowner, relacl from rel where relkind <> 'c'
                union all
                select 'column', rel.name || '.' || quote_ident(a.attname), rel.relowner, a.attacl
                from rel join pg_attribute a on a.attrelid = rel.oid and a.attacl is not null and a.attnum > 0 and not a.attisdropped
                union all
                select 'function', name, proowner, coalesce(proacl, acldefault('f', proowner)) from routine
                union all
                select case typtype when 'd' then 'domain' else 'type' end, name, typowner, coalesce(typacl, acldefault('T', typowner)) from typ)

            select 'schema', name, concat('owner ', pg_get_userbyid(nspowner)) from s

            union all
            select 'extension', quote_ident(extname), concat('version ', extversion) from pg_extension

            union all
            select 'table', name, concat_ws(', ',
              case relkind when 'p' then 'partitioned by ' || pg_get_partkeydef(oid) when 'f' then 'foreign' else 'plain' end,
              case relpersistence when 'u' then 'unlogged' end,
              'owner ' || owner,
              (select 'inherits ' || string_agg(i.inhparent::regclass::text, ', ' order by i.inhseqno)
                from pg_inherits i where i.inhrelid = rel.oid),
              'with ' || (select string_agg(o, ' ' order by o collate "C") from unnest(reloptions) o),
              case when relrowsecurity then 'row security' end, case when relforcerowsecurity then 'forced' end,
              case relreplident when 'd' then null else 'replica identity ' || relreplident::text end,
              (select 'tablespace ' || spcname from pg_tablespace t where t.oid = rel.reltablespace),
              (select 'server ' || f.srvname from pg_foreign_table ft join pg_foreign_server f on f.oid = ft.ftserver
                where ft.ftrelid = rel.oid))
            from rel where relkind in ('r', 'p', 'f')

            union all
            select 'view', name, concat_ws(', ', case relkind when 'm' then 'materialized' end, 'owner ' || owner,
              'with ' || (select string_agg(o, ' ' order by o collate "C") from unnest(reloptions) o),
              pg_get_viewdef(oid))
            from rel where relkind in ('v', 'm')

            union all
            select 'sequence', name, concat_ws(', ', format_type(q.seqtypid, null), 'start ' || q.seqstart,
              'increment ' || q.seqincrement, 'min ' || q.seqmin, 'max ' || q.seqmax, 'cache ' || q.seqcache,
              case when q.seqcycle then 'cycle' end, 'owner ' || owner,
              (select 'owned by ' || d.refobjid::regclass::text || '.' || quote_ident(a.attname)
                from pg_depend d join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
                where d.classid = 'pg_class'::regclass and d.objid = rel.oid and d.deptype in ('a', 'i')
                  and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0))
            from rel join pg_sequence q on q.seqrelid = rel.oid
            where not exists (select from pg_depend d join pg_class t on t.oid = d.refobjid
              where d.classid = 'pg_class'::regclass and d.objid = rel.oid and d.deptype in ('a', 'i') and t.relname = any ({own}))

            union all
            select 'column', rel.name || '.' || quote_ident(a.attname), concat_ws(' ',
              format_type(a.atttypid, a.atttypmod),
              (select 'collate ' || quote_ident(l.collname) from pg_collation l join pg_type t on t.oid = a.atttypid
                where l.oid = a.attcollation and l.oid <> t.typcollation),
              case when a.attnotnull then 'not null' end,
              case a.attidentity when 'a' then 'generated always as identity' when 'd' then 'generated by default as identity' end,
              case a.attgenerated when '' then 'default' when 's' then 'generated stored as' else 'generated as' end
                || ' ' || pg_get_expr(d.adbin, d.adrelid),
              case when a.attstorage <> t.typstorage then 'storage ' || a.attstorage::text end,
              case when a.attcompression <> '' then 'compression ' || a.attcompression::text end)
            from rel join pg_attribute a on a.attrelid = rel.oid and a.attnum > 0 and not a.attisdropped
              join pg_type t on t.oid = a.atttypid
              left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
            where rel.relkind in ('r', 'p', 'f', 'c')

            union all
            select 'constraint', rel.name || '.' || quote_ident(k.conname), pg_get_constraintdef(k.oid)
            from rel join pg_constraint k on k.conrelid = rel.oid and k.contype in ('c', 'f', 'p', 'u', 'x')

            union all
            select 'constraint', typ.name || '.' || quote_ident(k.conname), pg_get_constraintdef(k.oid)
            from typ join pg_constraint k on k.contypid = typ.oid and k.contype = 'c'

            union all
            select 'index', rel.name || '.' || quote_ident(c.relname), concat_ws(', ', pg_get_indexdef(i.indexrelid),
              case when not i.indisvalid then 'invalid' end, case when i.indisclustered then 'clustered' end,
              (select 'tablespace ' || spcname from pg_tablespace t where t.oid = c.reltablespace))
            from rel join pg_index i on i.indrelid = rel.oid join pg_class c on c.oid = i.indexrelid
            where not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
              or not i.indisvalid

            union all
            select 'statistics', s.name || '.' || quote_ident(e.stxname), pg_get_statisticsobjdef(e.oid)
            from pg_statistic_ext e join s on s.oid = e.stxnamespace

            union all
            select 'trigger', rel.name || '.' || quote_ident(g.tgname), concat_ws(', ', pg_get_triggerdef(g.oid),
              case g.tgenabled when 'D' then 'disabled' when 'R' then 'on replicas' when 'A' then 'always' end)
            from rel join pg_trigger g on g.tgrelid = rel.oid and not g.tgisinternal

            union all
            select 'rule', rel.name || '.' || quote_ident(r.rulename), concat_ws(', ', pg_get_ruledef(r.oid),
              case r.ev_enabled when 'D' then 'disabled' when 'R' then 'on replicas' when 'A' then 'always' end)
            from rel join pg_rewrite r on r.ev_class = rel.oid and r.rulename <> '_RETURN'

            union all
            select 'policy', rel.name || '.' || quote_ident(p.polname), concat_ws(' ',
              case when p.polpermissive then 'permissive' else 'restrictive' end, 'for ' || p.polcmd::text, 'to',
              (select string_agg(case r when 0 then 'public' else pg_get_userbyid(r) end, ', ' order by r) from unnest(p.polroles) r),
              'using ' || pg_get_expr(p.polqual, p.polrelid), 'check ' || pg_get_expr(p.polwithcheck, p.polrelid))
            from rel join pg_policy p on p.polrelid = rel.oid

            union all
            select 'function', name, case prokind
              when 'a' then (select concat_ws(' ', 'aggregate', g.aggtransfn::text, g.aggfinalfn::text, g.aggcombinefn::text,
                  format_type(g.aggtranstype, null), g.agginitval, 'owner', pg_get_userbyid(proowner))
                from pg_aggregate g where g.aggfnoid = routine.oid)
              else concat_ws(', ', pg_get_functiondef(oid), 'owner ' || pg_get_userbyid(proowner)) end
            from routine

            union all
            select case typtype when 'd' then 'domain' else 'type' end, name, concat_ws(', ',
              case typtype
                when 'e' then 'enum ' || (select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder)
                  from pg_enum e where e.enumtypid = typ.oid)
                when 'd' then concat_ws(' ', format_type(typbasetype, typtypmod), case when typnotnull then 'not null' end,
                  'default ' || typdefault)
                when 'r' then 'range of ' || (select format_type(r.rngsubtype, null) from pg_range r where r.rngtypid = typ.oid)
                else 'composite' end,
              'owner ' || owner)
            from typ

            union all
            select 'grant', kind || ' ' || name || ' to ' || case g.grantee when 0 then 'public' else pg_get_userbyid(g.grantee) end,
              string_agg(g.privilege_type || case when g.is_grantable then ' grantable' else '' end, ', '
                order by g.privilege_type collate "C")
            from acl, aclexplode(acl.rights) g
            where g.grantee <> acl.owner
            group by kind, name, g.grantee

            union all
            select 'default privileges', concat_ws(' ', 'of', pg_get_userbyid(d.defaclrole), 'in ' || s.name, 'on',
                d.defaclobjtype::text, 'to', case g.grantee when 0 then 'public' else pg_get_userbyid(g.grantee) end),
              string_agg(g.privilege_type || case when g.is_grantable then ' grantable' else '' end, ', '
                order by g.privilege_type collate "C")
            from pg_default_acl d left join s on s.oid = d.defaclnamespace, aclexplode(d.defaclacl) g
            where d.defaclnamespace = 0 or s.oid is not null
            group by d.defaclrole, s.name, d.defaclobjtype, g.grantee

            union all
            select 'event trigger', quote_ident(evtname), concat_ws(' ', 'on', evtevent,
              'when ' || (select string_agg(v, ', ' order by v collate "C") from unnest(evttags) v),
              'execute', evtfoid::regproc::text, case evtenabled when 'D' then 'disabled' end)
            from pg_event_trigger e
            where not exists (select from extended x where x.classid = 'pg_event_trigger'::regclass and x.objid = e.oid)""";

    private SnapshotQuestion() {}

    /**
     * Covers the schema of the history, the schemas that the owner of the history has unless they have a history of
     * their own, and those that are named.
     *
     * @param known quoted names
     */
    static String of(HistoryTable history, List<String> known) {
        String names = known.stream().map(SqlLiteral::of).collect(Collectors.joining(", ", "array[", "]::text[]"));
        return QUESTION.replace("{schema}", SqlLiteral.of(history.schema()))
                .replace("{table}", SqlLiteral.of(history.table()))
                .replace("{history}", SqlLiteral.of(history.quoted()))
                .replace(
                        "{own}",
                        "array['" + HistoryTable.LEDGER + "', '" + HistoryTable.SNAPSHOT + "', "
                                + SqlLiteral.of(history.table()) + "]::name[]")
                .replace("{known}", names);
    }
}
