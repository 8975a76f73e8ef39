package dev.slipway.webhook.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the reviews of the golden cases into the folder that is given, for {@link RawBodyFuzzer} to start from. */
final class FuzzCorpus {
    private FuzzCorpus() {}

    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of(args[0]));
        for (var golden : GoldenPods.byName().entrySet()) {
            Files.write(folder.resolve(golden.getKey()), Reviews.bytes(Reviews.create(golden.getValue())));
            ObjectNode deployment = Reviews.JSON.createObjectNode().put("kind", "Deployment");
            deployment.withObject("/spec").set("template", golden.getValue());
            Files.write(folder.resolve(golden.getKey() + "-workload"), Reviews.bytes(Reviews.create(deployment)));
        }
    }
}
