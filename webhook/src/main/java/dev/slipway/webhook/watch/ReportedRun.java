package dev.slipway.webhook.watch;

import dev.slipway.contract.RunOutcome;
import dev.slipway.contract.TerminationReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a run of the migrator wrote into its termination message. Anyone who runs a pod can write there, so it is read
 * strictly: everything is bounded, words come from closed lists, and a message that does not fit the exit code which
 * the kubelet saw, or has one bad field, counts as none.
 *
 * @param sentence one line, without control characters
 * @param wayOut the same; may be empty
 * @param schemaVersion digits, letters, dots, dashes and underscores, at most 64
 * @param applied names of scripts; may be fewer than were applied
 * @param appliedCount how many scripts were applied
 */
record ReportedRun(
        RunOutcome outcome,
        String sentence,
        String wayOut,
        Optional<String> schemaVersion,
        List<String> applied,
        int appliedCount,
        Duration waited,
        Duration duration) {
    private static final int MAX_SENTENCE = 1024;
    private static final int MAX_NAME = 128;
    private static final int MAX_APPLIED = 10_000;
    private static final long MAX_MILLIS = Duration.ofDays(30).toMillis();
    private static final Pattern SCHEMA_VERSION = Pattern.compile("[0-9][-0-9A-Za-z._]{0,63}");

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(16)
                            .maxNumberLength(32)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    ReportedRun {
        applied = List.copyOf(applied);
    }

    /**
     * @param exitCode as the kubelet saw it
     * @param command that the container runs, such as migrate
     * @return empty if the message is not what the migrator writes
     */
    static Optional<ReportedRun> read(String message, int exitCode, String command) {
        if (message.length() > TerminationReport.MAX_BYTES || !message.startsWith("{")) {
            return Optional.empty();
        }
        try {
            return read(JSON.readTree(message), exitCode, command);
        } catch (JacksonException | BadField notOurs) {
            return Optional.empty();
        }
    }

    private static Optional<ReportedRun> read(JsonNode json, int exitCode, String command) {
        Optional<RunOutcome> outcome =
                RunOutcome.reported(text(json.path(TerminationReport.OUTCOME))).filter(word -> word.fits(exitCode));
        boolean isOfThisRun = number(json.path(TerminationReport.EXIT_CODE), 255) == exitCode
                && text(json.path(TerminationReport.COMMAND)).equals(command);
        if (outcome.isEmpty() || !isOfThisRun) {
            return Optional.empty();
        }
        List<String> applied = names(json.path(TerminationReport.APPLIED));
        return Optional.of(new ReportedRun(
                outcome.get(),
                PlainText.of(text(json.path(TerminationReport.MESSAGE)), MAX_SENTENCE),
                json.has(TerminationReport.WAY_OUT)
                        ? PlainText.of(text(json.path(TerminationReport.WAY_OUT)), MAX_SENTENCE)
                        : "",
                schemaVersion(json.path(TerminationReport.SCHEMA_VERSION)),
                applied,
                json.has(TerminationReport.APPLIED_COUNT)
                        ? (int) number(json.path(TerminationReport.APPLIED_COUNT), MAX_APPLIED)
                        : applied.size(),
                Duration.ofMillis(number(json.path(TerminationReport.WAITED_MILLIS), MAX_MILLIS)),
                Duration.ofMillis(number(json.path(TerminationReport.DURATION_MILLIS), MAX_MILLIS))));
    }

    private static Optional<String> schemaVersion(JsonNode field) {
        if (field.isMissingNode()) {
            return Optional.empty();
        }
        return Optional.of(text(field))
                .filter(version -> SCHEMA_VERSION.matcher(version).matches());
    }

    private static List<String> names(JsonNode field) {
        var names = new ArrayList<String>();
        if (!field.isMissingNode() && !field.isArray()) {
            throw new BadField();
        }
        field.forEach(name -> names.add(PlainText.of(text(name), MAX_NAME)));
        return names;
    }

    private static String text(JsonNode field) {
        if (!field.isString()) {
            throw new BadField();
        }
        return field.stringValue();
    }

    private static long number(JsonNode field, long most) {
        if (!field.isIntegralNumber()
                || !field.canConvertToLong()
                || field.longValue() < 0
                || field.longValue() > most) {
            throw new BadField();
        }
        return field.longValue();
    }

    /** Ends the reading at any depth; never leaves this class. */
    private static final class BadField extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BadField() {
            super(null, null, false, false);
        }
    }
}
