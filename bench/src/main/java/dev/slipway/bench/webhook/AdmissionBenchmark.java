package dev.slipway.bench.webhook;

import java.io.IOException;
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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One admission from the bytes of the request to the bytes of the answer, and its floor: reading the JSON alone. Both
 * return what they made, so that nothing of it can be left out by the compiler. With the compiler and the collector that
 * the image chooses.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 2,
        jvmArgs = {"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xms16m", "-Xmx128m"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 2)
public class AdmissionBenchmark {
    private static final JsonMapper MAPPER = new JsonMapper();

    @Param
    public PodReview review = PodReview.TYPICAL;

    private AnsweredReview answered = new AnsweredReview(PodReview.TYPICAL);

    @Setup
    public void prepare() {
        answered = new AnsweredReview(review);
    }

    @Benchmark
    public byte[] answer() {
        return answered.answer();
    }

    @Benchmark
    public JsonNode readJsonOnly() throws IOException {
        return MAPPER.readTree(answered.body());
    }
}
