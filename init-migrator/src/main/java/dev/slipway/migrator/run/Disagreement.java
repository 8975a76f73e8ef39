package dev.slipway.migrator.run;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Phase;
import dev.slipway.migrator.files.MigrationFile;
import dev.slipway.migrator.history.Comparison;
import dev.slipway.migrator.history.Difference;
import dev.slipway.migrator.history.HistoryRow;
import dev.slipway.migrator.report.RunFailure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The refusals of a run whose files and history do not fit together. */
final class Disagreement {
    private Disagreement() {}

    /** @throws RunFailure where nobody may migrate over what was found */
    static void refuse(Comparison comparison) {
        if (!comparison.differences().isEmpty()) {
            throw between(comparison.differences());
        }
        if (!comparison.failed().isEmpty()) {
            throw failedRow(comparison.failed().get(0));
        }
    }

    private static RunFailure between(List<Difference> differences) {
        String sentence = differences.stream().map(Difference::toString).collect(Collectors.joining("; "));
        List<Map<String, String>> list = differences.stream()
                .map(each -> Map.of("kind", each.kind().name(), "migration", each.label()))
                .toList();
        return new RunFailure(
                ExitCode.HISTORY_DIFFERS,
                sentence,
                ExitCode.HISTORY_DIFFERS.wayOut(),
                Map.of("differences", list),
                null);
    }

    private static RunFailure failedRow(HistoryRow row) {
        return new RunFailure(
                ExitCode.PREFLIGHT_REFUSED,
                row.label() + " (" + row.script()
                        + ") is marked as failed in the history: another tool ran it outside a"
                        + " transaction and did not finish",
                "look at what it left and undo that by hand; then run 'slipway repair', which removes the mark",
                Map.of("script", row.script()),
                null);
    }

    /** What is pending has not been rolled out, so that the pods that run now are the older ones; empty where that is not so. */
    static Optional<RunFailure> contractBeforeExpand(Comparison comparison, Phase phase) {
        List<String> expand = comparison.pending().stream()
                .filter(file -> !file.isContract())
                .map(MigrationFile::script)
                .toList();
        if (phase != Phase.CONTRACT || expand.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new RunFailure(
                ExitCode.HISTORY_DIFFERS,
                "phase is contract, but " + String.join(", ", expand)
                        + " is still pending: the version that brings it has not been rolled out",
                "roll out the application with phase expand first, then run the contract phase again",
                Map.of("pending", expand),
                null));
    }

    /** @param versions that no file here knows */
    static RunFailure ahead(List<String> versions) {
        return new RunFailure(
                ExitCode.HISTORY_DIFFERS,
                "the database is ahead of this image: it has " + String.join(", ", versions)
                        + ", which no file here knows",
                "deploy an image that has these migrations, or set schema-ahead to allow",
                Map.of("ahead", versions),
                null);
    }
}
