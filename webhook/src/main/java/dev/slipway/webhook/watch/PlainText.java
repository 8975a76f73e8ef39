package dev.slipway.webhook.watch;

import java.nio.charset.StandardCharsets;

/** Text from a pod, made fit for one line of a terminal. */
final class PlainText {
    private static final String CUT = "…";

    private PlainText() {}

    /**
     * Without control and format characters (those that turn the direction of text included), every run of white space one
     * blank, and no longer than {@code maxBytes} in UTF-8; what was cut ends with an ellipsis.
     */
    static String of(String text, int maxBytes) {
        String line = text.replaceAll("[\\s\\p{Zl}\\p{Zp}\\p{Zs}]+", " ")
                .replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Cn}]", "")
                .strip();
        return bytes(line) <= maxBytes ? line : cut(line, maxBytes - bytes(CUT)) + CUT;
    }

    private static String cut(String line, int maxBytes) {
        int end = 0;
        int used = 0;
        while (end < line.length()) {
            int next = line.offsetByCodePoints(end, 1);
            used += bytes(line.substring(end, next));
            if (used > maxBytes) {
                break;
            }
            end = next;
        }
        return line.substring(0, end);
    }

    static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
