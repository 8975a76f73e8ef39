package dev.slipway.webhook.admission;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Bounds what comes back, and what is logged: the longest of what came in is a megabyte. */
final class BoundedText {
    /** The longest name in Kubernetes, a DNS-1123 subdomain. */
    private static final int NAME = 253;

    private static final int SENTENCE = 600;
    private static final int MOST_SENTENCES = 20;

    private BoundedText() {}

    static String name(String text) {
        return atMost(text, NAME);
    }

    /** The first twenty, each of bounded length, and how many more there are. */
    static List<String> sentences(List<?> sentences) {
        Stream<String> first = sentences.stream().limit(MOST_SENTENCES).map(each -> atMost(each.toString(), SENTENCE));
        int more = sentences.size() - MOST_SENTENCES;
        return more <= 0
                ? first.toList()
                : Stream.concat(first, Stream.of(String.format(Locale.ROOT, "… and %,d more", more)))
                        .toList();
    }

    private static String atMost(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most) + "…";
    }
}
