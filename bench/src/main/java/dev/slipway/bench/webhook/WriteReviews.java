package dev.slipway.bench.webhook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Writes every review as a file, such as {@code typical.json}, for a load generator. */
public final class WriteReviews {
    private WriteReviews() {}

    /** @param args the folder */
    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of(args[0]));
        for (PodReview review : PodReview.values()) {
            Path file = folder.resolve(review.name().toLowerCase(Locale.ROOT) + ".json");
            Files.write(file, new AnsweredReview(review).body());
        }
    }
}
