package dev.slipway.migrator.report;

import dev.slipway.contract.TerminationReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The report as {@code kubectl describe pod} shows it: one JSON object of at most 4096 bytes, Kubernetes' limit. */
public final class TerminationMessage {
    /** The fields to drop if the object is too long, least needed first. */
    private static final String[] LEAST_NEEDED = {
        TerminationReport.APPLIED, TerminationReport.DETAILS, TerminationReport.WAY_OUT
    };

    private TerminationMessage() {}

    /** The longest text that fits. */
    public static String of(RunReport report) {
        Map<String, Object> fields = new LinkedHashMap<>(report.fields());
        String text = Json.write(fields);
        for (String name : LEAST_NEEDED) {
            if (bytes(text) <= TerminationReport.MAX_BYTES) {
                return text;
            }
            if (fields.remove(name) != null) {
                fields.put(TerminationReport.TRUNCATED, true);
                fields.put(TerminationReport.APPLIED_COUNT, report.applied().size());
            }
            text = Json.write(fields);
        }
        String message = report.message();
        while (bytes(text) > TerminationReport.MAX_BYTES) {
            message = message.substring(0, message.length() * 3 / 4);
            fields.put(TerminationReport.MESSAGE, message + "…");
            text = Json.write(fields);
        }
        return text;
    }

    /** Writes the message to the file that the kubelet reads. A failure to write it does not fail the run. */
    public static void write(RunReport report, Path file, EventLog log) {
        try {
            Files.writeString(file, of(report), StandardCharsets.UTF_8);
        } catch (IOException unwritable) {
            log.warn(
                    "cannot write the termination message",
                    "file",
                    file,
                    "reason",
                    String.valueOf(unwritable.getMessage()));
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
