package dev.slipway.webhook.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;

/** What a review costs is bounded, and grows with its size and not with the square of it. */
class CostTest {
    private static final AdmissionHandler HANDLER = Reviews.handler(Map.of());
    /** The log line and the answer of any review: a fraction of what came in. */
    private static final int SHORT = 20_000;

    @ParameterizedTest
    @FieldSource("dev.slipway.webhook.admission.HugeReviews#TOO_MUCH")
    void whatWouldFillTheHeapIsRefusedBeforeItDoes(HugeReviews.Kind kind) {
        byte[] body = bytes(kind.review());
        long before = allocated();

        AdmissionAnswer answer = HANDLER.answer(Endpoint.MUTATE, body);

        assertThat(answer)
                .isInstanceOfSatisfying(
                        AdmissionAnswer.TooLarge.class,
                        refused -> assertThat(refused.problem()).contains("at most 400000 values"));
        assertThat(allocated() - before).isLessThan(80L << 20);
    }

    @Test
    void whatIsNestedTooDeeplyIsRefused() {
        String deep = HugeReviews.review("\"x\":" + "[".repeat(200) + "]".repeat(200));

        assertThat(HANDLER.answer(Endpoint.MUTATE, bytes(deep))).isInstanceOf(AdmissionAnswer.TooLarge.class);
    }

    /** The largest that the API server lets through: etcd takes 1.5 MB, and the names come with their managed fields. */
    @Test
    void aPodOfEtcdsSizeWithItsManagedFieldsIsRead() {
        String env = HugeReviews.list(
                20_000, number -> "{\"name\":\"VARIABLE_%d\",\"value\":\"some value, %d\"}".formatted(number, number));
        String fields = HugeReviews.list(
                20_000,
                number -> "\"k:{\\\"name\\\":\\\"VARIABLE_%d\\\"}\":{\".\":{},\"f:name\":{},\"f:value\":{}}"
                        .formatted(number));
        String pod = """
                {"apiVersion":"admission.k8s.io/v1","request":{"uid":"u","operation":"CREATE","kind":{"kind":"Pod"},
                "object":{"metadata":{"name":"p","annotations":{"slipway.dev/migrate":"true",
                "slipway.dev/database-secret":"db"},"managedFields":[{"fieldsV1":{%s}}]},
                "spec":{"containers":[{"name":"a","env":[%s]}]}}}}""".formatted(fields, env);

        assertThat(pod.length()).isGreaterThan(2_000_000);
        assertThat(reviewed(pod).admission().outcome()).isEqualTo(AdmissionOutcome.INJECTED);
    }

    /**
     * Twice as much takes about twice as long: what grows with the square takes four times as long, and at these sizes
     * minutes.
     */
    @ParameterizedTest
    @FieldSource("dev.slipway.webhook.admission.HugeReviews#TOO_LONG")
    void theWorkGrowsWithTheSize(HugeReviews.Kind kind) {
        reviewed(kind.review(kind.count() / 8));
        long half = nanos(kind.review(kind.count() / 2));
        long whole = nanos(kind.review());

        assertThat(Duration.ofNanos(whole))
                .as("%s, half of it in %s µs", kind, half / 1000)
                .isLessThan(Duration.ofSeconds(2));
    }

    /** A parser's table of names made it thirty times as much. */
    @Test
    void namesTakeNotMuchLongerThanTexts() {
        String names = new HugeReviews.Kind("unknown annotations", 60_000).review();
        String texts = HugeReviews.review(
                "\"x\":[%s]".formatted(HugeReviews.list(120_000, number -> "\"slipway.dev/x%d\"".formatted(number))));
        long ofTexts = Long.MAX_VALUE;
        long ofNames = Long.MAX_VALUE;
        for (int round = 0; round < 7; round++) {
            ofTexts = Math.min(ofTexts, nanos(texts));
            ofNames = Math.min(ofNames, nanos(names));
        }

        assertThat(ofNames).isLessThan(8 * ofTexts);
    }

    private static long nanos(String pod) {
        byte[] body = bytes(pod);
        long started = System.nanoTime();
        AdmissionAnswer answer = HANDLER.answer(Endpoint.MUTATE, body);
        long nanos = System.nanoTime() - started;
        assertThat(answer).isInstanceOfSatisfying(AdmissionAnswer.Reviewed.class, CostTest::check);
        return nanos;
    }

    /** Problems, names and warnings are bounded, whatever the pod is. */
    private static void check(AdmissionAnswer.Reviewed reviewed) {
        assertThat(reviewed.admission().failure()).isEmpty();
        assertThat(String.join("", reviewed.admission().problems())).hasSizeLessThan(SHORT);
        JsonNode response = reviewed.review().path("response");
        assertThat(response.path("status").path("message").asString("")).hasSizeLessThan(SHORT);
        assertThat(response.path("warnings").toString()).hasSizeLessThan(SHORT);
    }

    private static AdmissionAnswer.Reviewed reviewed(String pod) {
        return (AdmissionAnswer.Reviewed) HANDLER.answer(Endpoint.MUTATE, bytes(pod));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
