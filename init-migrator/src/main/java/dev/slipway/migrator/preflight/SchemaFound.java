package dev.slipway.migrator.preflight;

import dev.slipway.contract.Settings;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.history.HistoryTable;
import dev.slipway.migrator.history.SchemaChoice;
import dev.slipway.migrator.history.SessionSchema;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Finds the schema for all other checks. It is queried before them, and decided in the same way as by the migration.
 */
final class SchemaFound {
    /** Not among the checks whose weight can be changed, because the migration would refuse anyway. */
    private static final String NAME = "schema";

    private final Optional<HistoryTable> table;
    private final Optional<RunFailure> objection;
    private final Finding finding;
    private Optional<MigrationState> state = Optional.empty();

    private SchemaFound(Optional<HistoryTable> table, Optional<RunFailure> objection, Finding finding) {
        this.table = table;
        this.objection = objection;
        this.finding = finding;
    }

    static SchemaFound by(ServerSession session, Settings settings, boolean drizzle) {
        var table = HistoryTable.of(settings);
        ServerAnswer answer = session.ask(SessionSchema.question(table));
        if (answer instanceof ServerAnswer.Refused refused) {
            return new SchemaFound(
                    Optional.empty(),
                    Optional.empty(),
                    Finding.refuse(NAME, refused.message(), "see the server's log"));
        }
        if (!(answer instanceof ServerAnswer.Rows rows)) {
            return new SchemaFound(Optional.of(table), Optional.empty(), Check.unanswered(NAME, answer));
        }
        try {
            SchemaChoice place = SchemaChoice.of(settings, drizzle, schema(rows.only()));
            return new SchemaFound(
                    Optional.of(new HistoryTable(place.schema(), table.table())),
                    place.objection(),
                    place.doubtful() ? Finding.warn(NAME, place.remark(), "") : Finding.pass(NAME, place.remark()));
        } catch (RunFailure refusal) {
            return new SchemaFound(Optional.empty(), Optional.empty(), failed(refusal));
        }
    }

    private static SessionSchema schema(Row row) {
        return SessionSchema.of(
                row.getString(0), row.getString(1), row.getBoolean(2), row.getLong(3), row.getLong(4), row.getLong(5));
    }

    /** Empty if the schema is unknown. */
    Optional<HistoryTable> table() {
        return table;
    }

    /** Wraps the function and supplies the schema; an objection matters only if the result has pending migrations. */
    Function<RecordedState, MigrationState> tell(Function<RecordedState, MigrationState> migrations) {
        return recorded -> {
            MigrationState told =
                    migrations.apply(recorded.in(table.map(HistoryTable::schema).orElse("")));
            state = Optional.of(told);
            return told;
        };
    }

    /** Called after all answers. If nothing is pending, what only a migration needs may be missing. */
    boolean isUpToDate() {
        return state.filter(
                        told -> told.pending().isEmpty() && told.objections().isEmpty())
                .isPresent();
    }

    private boolean isPending() {
        return state.filter(told -> !told.pending().isEmpty()).isPresent();
    }

    /** Called after all answers: the hazards of the pending SQL in this schema. */
    List<Finding> hazards(ServerSession session) {
        return isPending() && table.isPresent()
                ? PendingHazards.find(
                        session, state.orElseThrow().scripts(), table.get().schema())
                : List.of();
    }

    /** Called after all answers; empty if the choice of the schema is obvious. */
    List<Finding> findings() {
        if (objection.isPresent()) {
            RunFailure refusal = objection.get();
            return List.of(isPending() ? failed(refusal) : Finding.warn(NAME, refusal.sentence(), refusal.wayOut()));
        }
        return finding.seen().isEmpty() ? List.of() : List.of(finding);
    }

    private static Finding failed(RunFailure refusal) {
        return Finding.fail(NAME, refusal.sentence(), refusal.wayOut(), refusal.exitCode());
    }
}
