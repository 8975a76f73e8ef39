package dev.slipway.bench;

import java.util.ArrayList;
import java.util.List;

/** What did not work, for the end of the report. Not thread-safe. */
final class Problems {
    private static final int LENGTH = 400;

    private final List<String> texts = new ArrayList<>();

    /** Cut short: an explanation, not a log. */
    void add(String text) {
        String oneLine = text.strip().replaceAll("\\s+", " ");
        texts.add(oneLine.length() > LENGTH ? oneLine.substring(0, LENGTH) + " …" : oneLine);
    }

    List<String> texts() {
        return texts;
    }
}
