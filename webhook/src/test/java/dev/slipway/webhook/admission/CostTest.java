package dev.slipway.webhook.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a review costs is bounded, and grows with its size and not with the square of it. */
class CostTest {
    private static final AdmissionHandler HANDLER = Reviews.handler(Map.of());
    /** The log line and the answer of any review: a fraction of what came in. */
    private static final int SHORT = 20_000;

    @ParameterizedTest
    @CsvSource({
        "empty objects, 2400000",
        "empty lists, 2400000",
        "small numbers, 3000000",
        "fields of their own names, 500000",
        "empty env entries, 500000"
    })
    void whatWouldFillTheHeapIsRefusedBeforeItDoes(String kind, int count) {
        byte[] body = bytes(review(
                "\"x\":[" + list(count, "empty env entries".equals(kind) ? number -> "{}" : elements(kind)) + "]"));
        long before = allocated();

        AdmissionAnswer answer = HANDLER.answer(Endpoint.MUTATE, body);

        assertThat(answer)
                .isInstanceOfSatisfying(
                        AdmissionAnswer.TooLarge.class,
                        refused -> assertThat(refused.problem()).contains("at most 400000 values"));
        assertThat(allocated() - before).isLessThan(80L << 20);
    }

    private static IntFunction<String> elements(String kind) {
        return switch (kind) {
            case "empty objects" -> number -> "{}";
            case "empty lists" -> number -> "[]";
            case "small numbers" -> number -> "1";
            default -> number -> "{\"n" + number + "\":0}";
        };
    }

    @Test
    void whatIsNestedTooDeeplyIsRefused() {
        String deep = review("\"x\":" + "[".repeat(200) + "]".repeat(200));

        assertThat(HANDLER.answer(Endpoint.MUTATE, bytes(deep))).isInstanceOf(AdmissionAnswer.TooLarge.class);
    }

    /** The largest that the API server lets through: etcd takes 1.5 MB, and the names come with their managed fields. */
    @Test
    void aPodOfEtcdsSizeWithItsManagedFieldsIsRead() {
        String env = list(
                20_000, number -> "{\"name\":\"VARIABLE_%d\",\"value\":\"some value, %d\"}".formatted(number, number));
        String fields = list(
                20_000,
                number -> "\"k:{\\\"name\\\":\\\"VARIABLE_%d\\\"}\":{\".\":{},\"f:name\":{},\"f:value\":{}}"
                        .formatted(number));
        String pod = """
                {"apiVersion":"admission.k8s.io/v1","request":{"uid":"u","operation":"CREATE","kind":{"kind":"Pod"},
                "object":{"metadata":{"name":"p","annotations":{"slipway.dev/migrate":"true",
                "slipway.dev/database-secret":"db"},"managedFields":[{"fieldsV1":{%s}}]},
                "spec":{"containers":[{"name":"a","env":[%s]}]}}}}""".formatted(fields, env);

        assertThat(pod.length()).isGreaterThan(2_000_000);
        assertThat(reviewed(pod).admission().outcome()).isEqualTo(Outcome.INJECTED);
    }

    /**
     * Twice as much takes about twice as long: what grows with the square takes four times as long, and at these sizes
     * minutes.
     */
    @ParameterizedTest
    @CsvSource({
        "our two and other init containers, 12000",
        "unknown annotations, 60000",
        "unknown annotations with long names, 300",
        "containers and a misspelt reference, 20000",
        "variables from files and init containers, 5000",
        "entries whose hashes are all the same, 16384",
        "more than one container of a name, 20000",
        "containers that are no objects, 60000",
        "proxies, 20000",
        "an app-version of many digits, 1000000",
        "an app-version of many parts, 300000"
    })
    void theWorkGrowsWithTheSize(String kind, int count) {
        reviewed(pod(kind, count / 8));
        long half = nanos(pod(kind, count / 2));
        long whole = nanos(pod(kind, count));

        assertThat(Duration.ofNanos(whole))
                .as("%s, half of it in %s µs", kind, half / 1000)
                .isLessThan(Duration.ofSeconds(2));
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
        assertThat(response.path("status").path("message").asText()).hasSizeLessThan(SHORT);
        assertThat(response.path("warnings").toString()).hasSizeLessThan(SHORT);
    }

    private static AdmissionAnswer.Reviewed reviewed(String pod) {
        return (AdmissionAnswer.Reviewed) HANDLER.answer(Endpoint.MUTATE, bytes(pod));
    }

    private static String pod(String kind, int count) {
        String secret = "\"slipway.dev/database-secret\":\"db\"";
        String from = "\"slipway.dev/database-from\":\"container:a\"";
        String app = "\"containers\":[{\"name\":\"a\"}]";
        return switch (kind) {
            case "our two and other init containers" ->
                pod(secret, "\"initContainers\":[%s,%s],%s".formatted(own(), named("c", count), app));
            case "unknown annotations" ->
                pod(secret + "," + list(count, number -> "\"slipway.dev/x%d\":\"\"".formatted(number)), app);
            case "unknown annotations with long names" ->
                pod(
                        secret + ","
                                + list(
                                        count,
                                        number -> "\"slipway.dev/%d%s\":\"\"".formatted(number, "y".repeat(5_000))),
                        app);
            case "containers and a misspelt reference" ->
                pod(
                        "\"slipway.dev/database-from\":\"container:%s\"".formatted("d".repeat(60)),
                        "\"containers\":[%s]".formatted(named("c" + "d".repeat(55), count)));
            case "variables from files and init containers" ->
                pod(
                        from,
                        "\"initContainers\":[%s],\"containers\":[{\"name\":\"a\",\"env\":[%s]}]"
                                .formatted(
                                        list(
                                                count,
                                                number -> "{\"name\":\"i%d\",\"volumeMounts\":[{\"name\":\"v%d\"}]}"
                                                        .formatted(number, number)),
                                        list(
                                                count,
                                                number ->
                                                        "{\"name\":\"E%d\",\"valueFrom\":{\"fileKeyRef\":{\"volumeName\":\"v%d\"}}}"
                                                                .formatted(number, count - number))));
            case "entries whose hashes are all the same" ->
                pod(
                        from,
                        "\"initContainers\":[%s],\"containers\":[{\"name\":\"a\",\"env\":[%s]}]"
                                .formatted(
                                        own(), list(count, number -> "{\"name\":\"%s\"}".formatted(sameHash(number)))));
            case "more than one container of a name" ->
                pod(secret, "\"initContainers\":[%s,%s],%s".formatted(named("c", count), named("c", count), app));
            case "containers that are no objects" ->
                pod(secret, "\"initContainers\":[%s],%s".formatted(list(count, number -> "1"), app));
            case "proxies" ->
                pod(secret, "\"containers\":[%s]".formatted(list(count, number -> "{\"name\":\"envoy\"}")));
            case "an app-version of many digits" ->
                pod(secret + ",\"slipway.dev/app-version\":\"%s\"".formatted("9".repeat(count)), app);
            case "an app-version of many parts" ->
                pod(secret + ",\"slipway.dev/app-version\":\"%s1\"".formatted("1.".repeat(count)), app);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    /** "Aa" and "BB" have one hash, and so have all texts that are put together from as many of them. */
    private static String sameHash(int number) {
        return IntStream.range(0, 14)
                .mapToObj(bit -> ((number >> bit) & 1) == 0 ? "Aa" : "BB")
                .collect(Collectors.joining());
    }

    private static String own() {
        String env =
                "\"env\":[{\"name\":\"SLIPWAY_POD_NAME\",\"valueFrom\":{\"fieldRef\":{\"fieldPath\":\"metadata.name\"}}}]";
        return "{\"name\":\"slipway-preflight\",\"image\":\"i\",\"args\":[\"preflight\"],%s},".formatted(env)
                + "{\"name\":\"slipway-migrate\",\"image\":\"i\",\"args\":[\"migrate\"],%s}".formatted(env);
    }

    private static String named(String prefix, int count) {
        return list(count, number -> "{\"name\":\"%s%d\",\"image\":\"x\"}".formatted(prefix, number));
    }

    private static String pod(String annotations, String spec) {
        return """
                {"apiVersion":"admission.k8s.io/v1","request":{"uid":"u","operation":"CREATE","kind":{"kind":"Pod"},
                "object":{"metadata":{"name":"p","annotations":{"slipway.dev/migrate":"true",%s}},"spec":{%s}}}}""".formatted(annotations, spec);
    }

    private static String review(String spec) {
        return pod("\"slipway.dev/database-secret\":\"db\"", spec);
    }

    private static String list(int count, IntFunction<String> element) {
        return IntStream.range(0, count).mapToObj(element).collect(Collectors.joining(","));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
