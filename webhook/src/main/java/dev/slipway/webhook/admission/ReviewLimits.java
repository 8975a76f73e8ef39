package dev.slipway.webhook.admission;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * What one review may cost. The length of a body says little about that: seven megabytes of text are seven megabytes in
 * memory, seven megabytes of empty objects are two hundred.
 *
 * @param maxTokens values, names and brackets of one review; they are counted while it is read
 */
public record ReviewLimits(int maxTokens) {
    /** A pod of the 1.5 MB that etcd takes, with its managed fields, has about 70,000. */
    private static final int MOST_TOKENS = 400_000;
    /** The tree of a pod is a dozen levels deep, its managed fields two dozen. */
    private static final int DEEPEST = 100;

    static final int LARGE = 1 << 16;
    private static final int LONGEST_NAME = 50_000;
    private static final int LONGEST_NUMBER = 1_000;
    /** The worst kind of tree: objects with one field of a name of its own, three tokens for 250 bytes. */
    private static final int BYTES_PER_TOKEN = 84;
    /** The body, its strings, and what the patch repeats of them. */
    private static final int COPIES = 3;

    /**
     * Limits of which the most expensive review still fits.
     *
     * @param memory that all reviews may take at a time, in bytes
     */
    public static ReviewLimits within(long memory) {
        return new ReviewLimits((int) Math.max(10_000, Math.min(MOST_TOKENS, memory / (2 * BYTES_PER_TOKEN))));
    }

    /** Bytes of memory that a body of this length takes at most from here to its answer, however it is made. */
    public long mostMemory(int bodyLength) {
        return (long) BYTES_PER_TOKEN * Math.min(maxTokens, bodyLength) + (long) COPIES * bodyLength;
    }

    /**
     * What a refused review has too much of; the answer does not say which, because the parser words it in its own way.
     */
    String sentence() {
        return "the review holds more than is read here: at most " + maxTokens + " values, names and brackets, "
                + DEEPEST + " levels, " + LONGEST_NAME + " bytes in a name and " + LONGEST_NUMBER
                + " digits in a number";
    }

    /**
     * Jackson keeps a table of the names that it has met, with which small reviews are read a third faster. A hundred
     * thousand names take twenty times as long with it, so large ones do without.
     *
     * @param large for bodies of {@link #LARGE} bytes and more
     */
    ObjectReader reader(boolean large) {
        var factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxTokenCount(maxTokens)
                        .maxNestingDepth(DEEPEST)
                        .maxNameLength(LONGEST_NAME)
                        .maxNumberLength(LONGEST_NUMBER)
                        .maxStringLength(Integer.MAX_VALUE)
                        .build())
                // The JVM's own table of names is no place for names that a client chooses.
                .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
                .configure(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES, !large)
                .build();
        return JsonMapper.builder(factory)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build()
                .readerFor(JsonNode.class);
    }
}
