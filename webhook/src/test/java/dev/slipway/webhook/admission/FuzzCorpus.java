package dev.slipway.webhook.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes what the targets start from: the reviews of the golden cases into the folder {@code reviews}; those of the largest
 * kinds into {@code huge}, and into {@code huge-requests} with the choices of {@code HttpFuzzer} for a plain request.
 */
final class FuzzCorpus {
    /** Read from its end: POST, /mutate, HTTP/1.1, no further headers, the content type, not chunked. */
    private static final byte[] PLAIN_REQUEST = {0, 1, 0, 1, 0, 0};

    private FuzzCorpus() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        writeGolden(Files.createDirectories(folder.resolve("reviews")));
        Path huge = Files.createDirectories(folder.resolve("huge"));
        Path requests = Files.createDirectories(folder.resolve("huge-requests"));
        for (HugeReviews.Kind kind : Stream.of(HugeReviews.TOO_MUCH, HugeReviews.TOO_LONG)
                .flatMap(List::stream)
                .toList()) {
            byte[] review = kind.review().getBytes(StandardCharsets.UTF_8);
            String name = kind.toString().replace(' ', '-');
            Files.write(huge.resolve(name), review);
            byte[] request = Arrays.copyOf(review, review.length + PLAIN_REQUEST.length);
            System.arraycopy(PLAIN_REQUEST, 0, request, review.length, PLAIN_REQUEST.length);
            Files.write(requests.resolve(name), request);
        }
    }

    private static void writeGolden(Path folder) throws IOException {
        for (var golden : GoldenPods.byName().entrySet()) {
            Files.write(folder.resolve(golden.getKey()), Reviews.bytes(Reviews.create(golden.getValue())));
            ObjectNode deployment = Reviews.JSON.createObjectNode().put("kind", "Deployment");
            deployment.withObject("/spec").set("template", golden.getValue());
            Files.write(folder.resolve(golden.getKey() + "-workload"), Reviews.bytes(Reviews.create(deployment)));
        }
    }
}
