package dev.slipway.webhook.admission;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Reviews of the kinds that cost most, as large as an API server or an attacker sends them. */
final class HugeReviews {
    /**
     * A review of so many of something.
     *
     * @param count at which it was too much or took too long once
     */
    record Kind(String what, int count) {
        String review() {
            return review(count);
        }

        String review(int size) {
            return pod(what, size);
        }

        @Override
        public String toString() {
            return count + " " + what;
        }
    }

    /** Refused while they are read, because their trees would fill the heap. */
    static final List<Kind> TOO_MUCH = List.of(
            new Kind("empty objects", 2_400_000),
            new Kind("empty lists", 2_400_000),
            new Kind("small numbers", 3_000_000),
            new Kind("fields of their own names", 500_000),
            new Kind("empty env entries", 500_000));

    /** Read, and then a matter of how the work grows. */
    static final List<Kind> TOO_LONG = List.of(
            new Kind("our two and other init containers", 12_000),
            new Kind("unknown annotations", 60_000),
            new Kind("unknown annotations with long names", 300),
            new Kind("containers and a misspelt reference", 20_000),
            new Kind("variables from files and init containers", 5_000),
            new Kind("entries whose hashes are all the same", 16_384),
            new Kind("more than one container of a name", 20_000),
            new Kind("containers that are no objects", 60_000),
            new Kind("proxies", 20_000),
            new Kind("an app-version of many digits", 1_000_000),
            new Kind("an app-version of many parts", 300_000));

    private HugeReviews() {}

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
            case "empty objects" -> review("\"x\":[%s]".formatted(list(count, number -> "{}")));
            case "empty lists" -> review("\"x\":[%s]".formatted(list(count, number -> "[]")));
            case "small numbers" -> review("\"x\":[%s]".formatted(list(count, number -> "1")));
            case "fields of their own names" ->
                review("\"x\":[%s]".formatted(list(count, number -> "{\"n" + number + "\":0}")));
            case "empty env entries" ->
                review("\"containers\":[{\"name\":\"a\",\"env\":[%s]}]".formatted(list(count, number -> "{}")));
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

    static String review(String spec) {
        return pod("\"slipway.dev/database-secret\":\"db\"", spec);
    }

    static String list(int count, IntFunction<String> element) {
        return IntStream.range(0, count).mapToObj(element).collect(Collectors.joining(","));
    }
}
