package dev.slipway.testkit.kubelet;

import dev.slipway.testkit.process.OutputLine;
import dev.slipway.testkit.process.ProcessResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Reads what a container leaves behind for {@code kubectl describe}, within the kubelet's limits. */
final class TerminationMessages {
    private static final int LIMIT = 4096;
    private static final int LOG_LINES = 80;
    private static final int LOG_LIMIT = 2048;

    private TerminationMessages() {}

    static String read(JsonNode container, Path file, ProcessResult result) {
        String written = firstBytes(file);
        boolean fallBack =
                container.path("terminationMessagePolicy").asString("").equals("FallbackToLogsOnError");
        return written.isEmpty() && fallBack && result.exitCode() != 0 ? lastLines(result) : written;
    }

    private static String firstBytes(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            return new String(bytes, 0, Math.min(bytes.length, LIMIT), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String lastLines(ProcessResult result) {
        List<String> lines = result.output().stream().map(OutputLine::text).toList();
        String text = String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int start = Math.max(0, bytes.length - LOG_LIMIT);
        return new String(Arrays.copyOfRange(bytes, start, bytes.length), StandardCharsets.UTF_8);
    }
}
