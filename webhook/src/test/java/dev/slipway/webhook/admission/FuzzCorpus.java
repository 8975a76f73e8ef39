package dev.slipway.webhook.admission;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes what the targets start from: reviews of the golden cases into the folder {@code reviews} and of the largest kinds
 * into {@code huge-reviews}; for {@code HttpFuzzer} the same, a few of the golden ones, into {@code requests} and
 * {@code huge-requests}.
 */
final class FuzzCorpus {
    /** The choices of {@code HttpFuzzer}, read from the end: POST, /mutate, HTTP/1.1, no more headers, a type, no chunks. */
    private static final byte[] PLAIN_REQUEST = {0, 1, 0, 1, 0, 0};
    /** Each takes a connection of its own. */
    private static final int MOST_REQUESTS = 12;

    private FuzzCorpus() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        var golden = new TreeMap<String, byte[]>();
        for (var pod : GoldenPods.byName().entrySet()) {
            golden.put(pod.getKey(), Reviews.bytes(Reviews.create(pod.getValue())));
            ObjectNode deployment = Reviews.JSON.createObjectNode().put("kind", "Deployment");
            deployment.withObject("/spec").set("template", pod.getValue());
            golden.put(pod.getKey() + "-workload", Reviews.bytes(Reviews.create(deployment)));
        }
        write(folder, "reviews", golden, golden.size());
        write(folder, "requests", requests(golden), MOST_REQUESTS);
        var huge = new TreeMap<String, byte[]>();
        for (var kinds : List.of(HugeReviews.TOO_MUCH, HugeReviews.TOO_LONG)) {
            kinds.forEach(kind ->
                    huge.put(kind.toString().replace(' ', '-'), kind.review().getBytes(StandardCharsets.UTF_8)));
        }
        write(folder, "huge-reviews", huge, huge.size());
        write(folder, "huge-requests", requests(huge), huge.size());
    }

    private static Map<String, byte[]> requests(Map<String, byte[]> reviews) {
        var requests = new TreeMap<String, byte[]>();
        reviews.forEach((name, review) -> {
            byte[] request = Arrays.copyOf(review, review.length + PLAIN_REQUEST.length);
            System.arraycopy(PLAIN_REQUEST, 0, request, review.length, PLAIN_REQUEST.length);
            requests.put(name, request);
        });
        return requests;
    }

    private static void write(Path folder, String name, Map<String, byte[]> files, int most) throws IOException {
        Path target = Files.createDirectories(folder.resolve(name));
        for (var file : files.entrySet().stream().limit(most).toList()) {
            Files.write(target.resolve(file.getKey()), file.getValue());
        }
    }
}
