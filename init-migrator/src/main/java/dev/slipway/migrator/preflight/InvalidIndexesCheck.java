package dev.slipway.migrator.preflight;

import io.vertx.sqlclient.Row;
import java.util.List;

/** Finds indexes that a failed CREATE INDEX CONCURRENTLY left: they slow down every write and serve no read. */
final class InvalidIndexesCheck implements Check {
    /** Leaves out indexes that are being built right now, because those are always invalid. */
    private static final String QUESTION = """
            select i.indexrelid::regclass::text, i.indrelid::regclass::text
            from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
            where not i.indisvalid and c.relkind = 'i' and n.nspname not in ('pg_toast', 'pg_catalog')
              and not exists (select 1 from pg_stat_progress_create_index p where p.index_relid = i.indexrelid)
            order by 1 limit 10""";

    @Override
    public String name() {
        return "invalid-indexes";
    }

    @Override
    public List<String> questions() {
        return List.of(QUESTION);
    }

    @Override
    public List<Finding> judge(List<ServerAnswer> answers) {
        if (!(answers.get(0) instanceof ServerAnswer.Rows rows)) {
            return List.of(Check.unanswered(name(), answers.get(0)));
        }
        if (rows.rows().isEmpty()) {
            return List.of(Finding.pass(name(), "none"));
        }
        return rows.rows().stream().map(this::finding).toList();
    }

    private Finding finding(Row row) {
        String index = row.getString(0);
        return Finding.warn(
                name(),
                "index " + index + " of " + row.getString(1) + " is invalid: building it failed once",
                "drop index concurrently " + index + ", then create it again; or reindex index concurrently " + index);
    }
}
