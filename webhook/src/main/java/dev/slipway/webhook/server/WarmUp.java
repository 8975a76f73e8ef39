package dev.slipway.webhook.server;

import dev.slipway.webhook.admission.AdmissionHandler;
import dev.slipway.webhook.admission.Endpoint;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Sends made-up reviews through the handler before the first real one, so that a pod's creation does not wait for
 * classes to be loaded and code to be compiled. Nothing of it is logged or counted.
 */
public final class WarmUp {
    private static final int ROUNDS = 2_000;

    private static final String POD = """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"warm-up","operation":"CREATE",
            "kind":{"kind":"Pod"},"namespace":"warm-up","object":{"kind":"Pod","metadata":{"generateName":"warm-up-",
            "labels":{"app":"warm-up"},"annotations":{"slipway.dev/migrate":"true","slipway.dev/database-secret":"db",
            "slipway.dev/wait-timeout":"5m"%s}},"spec":{"initContainers":[{"name":"proxy","restartPolicy":"Always"},
            {"name":"own"}],"containers":[{"name":"app","image":"app:1"}],"volumes":[{"name":"data","emptyDir":{}}]}}}}
            """;

    private static final String DEPLOYMENT = """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"warm-up","operation":"CREATE",
            "kind":{"kind":"Deployment"},"object":{"kind":"Deployment","spec":{"template":{"metadata":{"annotations":{
            "slipway.dev/migrate":"true","slipway.dev/database-secret":"db"}},"spec":{"containers":[{"name":"app"}]}}}}}}
            """;

    private static final List<byte[]> PODS =
            List.of(bytes(POD.formatted("")), bytes(POD.formatted(",\"slipway.dev/x\":\"\"")));

    private WarmUp() {}

    /** Blocks until the code is warm or the time is over, whichever comes first. */
    public static void run(AdmissionHandler handler, Duration within) {
        long deadline = System.nanoTime() + within.toNanos();
        byte[] deployment = bytes(DEPLOYMENT);
        for (int round = 0; round < ROUNDS && System.nanoTime() - deadline < 0; round++) {
            PODS.forEach(pod -> handler.answer(Endpoint.MUTATE, pod));
            handler.answer(Endpoint.VALIDATE, deployment);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
