package dev.slipway.webhook.admission;

import java.util.Map;

/** A target of Jazzer: any bytes as the body of a request to either endpoint. {@code .ci/fuzz} runs it. */
public final class RawBodyFuzzer {
    private static final ReviewRules RULES =
            new ReviewRules(Reviews.handler(Map.of("SLIPWAY_WEBHOOK_IMAGE_VOLUMES", "on")));

    private RawBodyFuzzer() {}

    public static void fuzzerTestOneInput(byte[] body) {
        RULES.check(Endpoint.MUTATE, body);
        RULES.check(Endpoint.VALIDATE, body);
    }
}
