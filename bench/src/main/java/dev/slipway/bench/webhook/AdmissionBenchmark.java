package dev.slipway.bench.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.slipway.contract.Problems;
import dev.slipway.webhook.admission.AdmissionAnswer;
import dev.slipway.webhook.admission.AdmissionHandler;
import dev.slipway.webhook.admission.Endpoint;
import dev.slipway.webhook.admission.Outcome;
import dev.slipway.webhook.config.WebhookConfig;
import dev.slipway.webhook.injection.InjectionPlanner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One admission from the bytes of the request to the bytes of the answer, and its floor: reading the JSON alone. */
@State(Scope.Benchmark)
@BenchmarkMode({Mode.AverageTime, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 2)
public class AdmissionBenchmark {
    private static final JsonMapper MAPPER = new JsonMapper();

    @Param
    public PodReview review = PodReview.TYPICAL;

    private AdmissionHandler handler = handler();
    private byte[] body = new byte[0];

    @Setup
    public void prepare() {
        handler = handler();
        body = review.json().getBytes(StandardCharsets.UTF_8);
        boolean injected = handler.answer(Endpoint.MUTATE, body) instanceof AdmissionAnswer.Reviewed reviewed
                && reviewed.admission().outcome() == Outcome.INJECTED;
        if (!injected) {
            throw new IllegalStateException("the review " + review + " is not answered with a patch");
        }
    }

    @Benchmark
    public byte[] answer() throws IOException {
        if (handler.answer(Endpoint.MUTATE, body) instanceof AdmissionAnswer.Reviewed reviewed) {
            return MAPPER.writeValueAsBytes(reviewed.review());
        }
        throw new IllegalStateException("not reviewed");
    }

    @Benchmark
    public JsonNode readJsonOnly() throws IOException {
        return MAPPER.readTree(body);
    }

    private static AdmissionHandler handler() {
        var problems = new Problems();
        WebhookConfig config = WebhookConfig.fromEnv(Map.of(), problems);
        if (!problems.isEmpty()) {
            throw new IllegalStateException(problems.describe("the default configuration"));
        }
        return new AdmissionHandler(new InjectionPlanner(config.injectionDefaults("bench", Optional.empty())));
    }
}
