package dev.slipway.webhook.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sends damaged reviews. Whatever the bytes are, there is an answer; and if they are still a review, it carries the uid
 * and no fault of ours. {@code -Dslipway.fuzz.seconds=600} goes on for longer, {@code -Dslipway.fuzz.seed} elsewhere.
 */
class RawBytesTest {
    private static final long SEED = Long.getLong("slipway.fuzz.seed", 20261121);
    private static final Duration TIME = Duration.ofSeconds(Long.getLong("slipway.fuzz.seconds", 5));
    private static final Path FINDINGS = Path.of("src/test/resources/fuzz-findings");
    /** Values that are put in place of others, because code trips over them. */
    private static final List<String> TRAPS = List.of(
            "null",
            "{}",
            "[]",
            "[null]",
            "\"\"",
            "0",
            "-1",
            "1e999",
            "9223372036854775808",
            "18446744073709551616",
            "true",
            "\"true\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "{\"\":{}}",
            "[[[[[[[[]]]]]]]]",
            "\"slipway-migrate\"",
            "\"Always\"",
            "\"windows\"");

    private final ReviewRules rules = new ReviewRules(Reviews.handler(Map.of("SLIPWAY_WEBHOOK_IMAGE_VOLUMES", "on")));
    private final Random random = new Random(SEED);

    @Test
    void everyBodyGetsAnAnswer() {
        List<byte[]> corpus = corpus();
        long deadline = System.nanoTime() + TIME.toNanos();
        int reviews = 0;
        for (int run = 0; run < 1000 || System.nanoTime() < deadline; run++) {
            byte[] body = damaged(corpus.get(random.nextInt(corpus.size())), corpus);
            reviews += check(body) ? 1 : 0;
        }
        assertThat(reviews).as("bodies that were still reviews").isPositive();
    }

    /** Jackson looks names up by their bytes, four at a time and padded with 0xFF. */
    @Test
    void aNameWithAStrayByteIsNotTakenForOneThatWasReadBefore() {
        String good = new String(corpus().get(0), StandardCharsets.ISO_8859_1);
        byte[] stray = good.replace("\"uid\"", "\"\u00ffuid\"").getBytes(StandardCharsets.ISO_8859_1);
        AdmissionHandler handler = Reviews.handler(Map.of());

        assertThat(handler.answer(Endpoint.MUTATE, corpus().get(0))).isInstanceOf(AdmissionAnswer.Reviewed.class);
        assertThat(handler.answer(Endpoint.MUTATE, stray)).isInstanceOf(AdmissionAnswer.Unreadable.class);
    }

    /** Each file is the body of a request that once broke a rule, found by {@code .ci/fuzz} or otherwise. */
    @ParameterizedTest
    @MethodSource("findings")
    void whatWasFoundStaysMended(Path finding) throws IOException {
        byte[] body = Files.readAllBytes(finding);

        assertThatCode(() -> rules.check(Endpoint.MUTATE, body)).doesNotThrowAnyException();
        assertThatCode(() -> rules.check(Endpoint.VALIDATE, body)).doesNotThrowAnyException();
    }

    static List<Path> findings() throws IOException {
        try (Stream<Path> files = Files.list(FINDINGS)) {
            return files.sorted().toList();
        }
    }

    private boolean check(byte[] body) {
        Endpoint endpoint = random.nextBoolean() ? Endpoint.MUTATE : Endpoint.VALIDATE;
        try {
            return rules.check(endpoint, body);
        } catch (Throwable broken) {
            throw new AssertionError(
                    endpoint + ", the body in hex: " + HexFormat.of().formatHex(body), broken);
        }
    }

    private byte[] damaged(byte[] original, List<byte[]> corpus) {
        byte[] body = original;
        int changes = 1 + random.nextInt(4);
        for (int change = 0; change < changes; change++) {
            body = switch (random.nextInt(6)) {
                case 0 -> flipped(body);
                case 1 -> cut(body);
                case 2 -> spliced(body, corpus.get(random.nextInt(corpus.size())));
                default -> withTrap(body);
            };
        }
        return body;
    }

    private byte[] flipped(byte[] body) {
        byte[] copy = body.clone();
        if (copy.length > 0) {
            copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
        }
        return copy;
    }

    private byte[] cut(byte[] body) {
        int from = random.nextInt(body.length + 1);
        int length = random.nextInt(Math.min(64, body.length - from + 1));
        return joined(body, 0, from, new byte[0], body, from + length);
    }

    private byte[] spliced(byte[] body, byte[] other) {
        int from = random.nextInt(other.length);
        int length = random.nextInt(Math.min(200, other.length - from));
        byte[] part = Arrays.copyOfRange(other, from, from + length);
        int at = random.nextInt(body.length + 1);
        return joined(body, 0, at, part, body, at);
    }

    /** Puts a trap in place of a value, so that most results are still JSON. */
    private byte[] withTrap(byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        List<Integer> colons = new ArrayList<>();
        for (int index = text.indexOf(':'); index >= 0; index = text.indexOf(':', index + 1)) {
            colons.add(index);
        }
        if (colons.isEmpty()) {
            return body;
        }
        int start = colons.get(random.nextInt(colons.size())) + 1;
        int end = endOfValue(text, start);
        String trap = TRAPS.get(random.nextInt(TRAPS.size()));
        return (text.substring(0, start) + trap + text.substring(end)).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static int endOfValue(String text, int start) {
        int depth = 0;
        boolean quoted = false;
        for (int index = start; index < text.length(); index++) {
            char character = text.charAt(index);
            if (character == '"' && text.charAt(index - 1) != '\\') {
                quoted = !quoted;
            } else if (!quoted && (character == '{' || character == '[')) {
                depth++;
            } else if (!quoted && (character == '}' || character == ']')) {
                if (depth == 0) {
                    return index;
                }
                depth--;
            } else if (!quoted && depth == 0 && character == ',') {
                return index;
            }
        }
        return text.length();
    }

    private static byte[] joined(byte[] first, int from, int to, byte[] middle, byte[] last, int rest) {
        var joined = new ByteArrayOutputStream();
        joined.write(first, from, to - from);
        joined.writeBytes(middle);
        joined.write(last, rest, last.length - rest);
        return joined.toByteArray();
    }

    private static List<byte[]> corpus() {
        return GoldenPods.all().stream()
                .map(pod -> Reviews.bytes(Reviews.create(pod)))
                .toList();
    }
}
