package dev.slipway.migrator.preflight;

import dev.slipway.contract.PreflightCheck;
import dev.slipway.migrator.plan.Catalogue;
import dev.slipway.migrator.plan.HazardGroup;
import dev.slipway.migrator.plan.MigrationPlan;
import dev.slipway.migrator.plan.PlannedScript;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Finds what the pending SQL would do to this database while it is in use. Reads the catalogue with one query. */
final class PendingHazards {
    private static final String NAME = PreflightCheck.HAZARDS.word();

    private PendingHazards() {}

    /** @param pending at least one */
    static List<Finding> find(ServerSession session, List<PlannedScript> pending, String schema) {
        Optional<ServerAnswer> answer = Catalogue.question(pending, schema).map(session::ask);
        boolean silent = answer.isPresent() && !(answer.get() instanceof ServerAnswer.Rows);
        Catalogue catalogue = answer.filter(ServerAnswer.Rows.class::isInstance)
                .map(ServerAnswer.Rows.class::cast)
                .map(rows -> Catalogue.of(
                        rows.rows().stream().map(PendingHazards::texts).toList()))
                .orElse(Catalogue.UNASKED);
        List<Finding> findings = new ArrayList<>(HazardGroup.of(MigrationPlan.of(pending, schema, catalogue)).stream()
                .map(group -> Finding.warn(NAME, group.toString(), group.rule().saferWay()))
                .toList());
        if (silent) {
            findings.add(Finding.warn(
                    NAME,
                    "judged by the text alone: "
                            + Check.unanswered(NAME, answer.get()).seen(),
                    ""));
        } else if (findings.isEmpty()) {
            findings.add(Finding.pass(NAME, "none known in the pending SQL"));
        }
        return findings;
    }

    private static List<String> texts(Row row) {
        return IntStream.range(0, Catalogue.COLUMNS)
                .mapToObj(column -> Optional.ofNullable(row.getString(column)).orElse(""))
                .toList();
    }
}
