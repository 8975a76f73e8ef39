package dev.slipway.migrator.restorepoint;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.history.HistoryTable;
import java.util.List;
import java.util.Optional;

/**
 * Whether a restore point can be made here, and would be of use. Pre-flight and migration ask the same question.
 *
 * @param standby whether the server is in recovery
 * @param function whether the server has the function
 * @param granted whether the role may execute it
 * @param archiving whether {@code archive_mode} is on
 * @param streaming whether a program receives the log, for example {@code pg_receivewal}, or a standby
 */
public record RestorePointFacts(
        String role,
        String database,
        boolean standby,
        String walLevel,
        boolean function,
        boolean granted,
        boolean archiving,
        boolean streaming) {
    /** One row; each column is text, so that both drivers read it alike. */
    public static final String QUESTION = """
            select current_user::text, pg_catalog.current_database()::text, pg_catalog.pg_is_in_recovery()::text,
              pg_catalog.current_setting('wal_level'), (made.by is not null)::text,
              coalesce(pg_catalog.has_function_privilege(made.by::pg_catalog.oid, 'EXECUTE'), false)::text,
              (pg_catalog.current_setting('archive_mode') <> 'off')::text,
              (exists (select 1 from pg_catalog.pg_stat_replication))::text
            from (select pg_catalog.to_regprocedure('pg_catalog.pg_create_restore_point(pg_catalog.text)') as by) made""";

    /** The number of columns of {@link #QUESTION}. */
    public static final int COLUMNS = 8;

    private static final String UNUSUAL_PROVIDER =
            "; if your provider does not allow that, take a snapshot before the rollout (k8s/ci/README.md)";

    /** Said if the log is kept by something that cannot be judged from here. */
    public static final String STREAMED_ONLY =
            "archive_mode is off: it can be restored to only if what receives the log keeps it, as pg_receivewal does";

    /** @param row the answer to {@link #QUESTION} */
    public static RestorePointFacts of(List<String> row) {
        return new RestorePointFacts(
                row.get(0),
                row.get(1),
                row.get(2).equals("true"),
                row.get(3),
                row.get(4).equals("true"),
                row.get(5).equals("true"),
                row.get(6).equals("true"),
                row.get(7).equals("true"));
    }

    /**
     * Why no restore point is made.
     *
     * @param sentence what was found
     * @param wayOut what to do, if one is wanted
     */
    public record Obstacle(String sentence, String wayOut) {
        /** The server did not answer, or did not make it although nothing was in the way. */
        public static Obstacle refusedByServer(String message) {
            return new Obstacle(
                    "the server refused to make a restore point: " + message,
                    "remove what is in the way" + UNUSUAL_PROVIDER);
        }

        /** What {@code require} does about it. */
        public RunFailure refusal() {
            return new RunFailure(
                    ExitCode.PREFLIGHT_REFUSED,
                    "a restore point is required, but " + sentence,
                    wayOut + "; or set " + Setting.RESTORE_POINT.name() + " to auto, to migrate without one");
        }
    }

    /** Empty if one can be made and used. */
    public Optional<Obstacle> obstacle() {
        if (standby) {
            return obstacle("this server is a standby, which makes none", "name the primary");
        }
        if (walLevel.equals("minimal")) {
            return obstacle(
                    "wal_level is minimal, which keeps too little to restore to a point",
                    "set wal_level to replica and restart the server");
        }
        if (!function) {
            return obstacle(
                    "this server has no function pg_create_restore_point",
                    "take a snapshot before the rollout (k8s/ci/README.md)");
        }
        if (!granted) {
            return obstacle(
                    "role " + role + " may not execute pg_create_restore_point in database " + database,
                    "as an administrator, in this database: grant execute on function"
                            + " pg_catalog.pg_create_restore_point(text) to " + HistoryTable.quote(role)
                            + UNUSUAL_PROVIDER);
        }
        return archiving || streaming
                ? Optional.empty()
                : obstacle(
                        "archive_mode is off and no program receives the log, so that nothing could be restored to it",
                        "archive the log, beside a base backup (docs/operating.md)");
    }

    private static Optional<Obstacle> obstacle(String sentence, String wayOut) {
        return Optional.of(new Obstacle(sentence, wayOut));
    }
}
