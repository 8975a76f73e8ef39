package dev.slipway.webhook.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The resource numbers of our containers beside those of the pod; AdmissionIT asks a LimitRange about some of them. */
class OurNumbersTest {
    private static final String RANGED = "kubernetes.io/limit-ranger";

    /** Each container has CPU and memory, each "request/limit"; what is not set is "-". */
    @ParameterizedTest(name = "{0}")
    @CsvSource(textBlock = """
            nothing,                          -/-,        -/-,         false, 10m/1,      96Mi/256Mi
            the pod requests that much anyway, 500m/1,    1Gi/1Gi,     false, 500m/1,     256Mi/256Mi
            more than ours,                   4/8,        8Gi/8Gi,     false, 500m/1,     256Mi/256Mi
            a ratio that ours has not,        5m/1,       64Mi/1Gi,    false, 10m/1,      96Mi/256Mi
            our ratio,                        10m/1,      96Mi/256Mi,  false, 10m/1,      96Mi/256Mi
            CPU that costs nothing,           60m/-,      64Mi/-,      false, 60m/1,      96Mi/256Mi
            no more of it than a start needs, 4/-,        64Mi/-,      false, 100m/1,     96Mi/256Mi
            a limit alone is the request too, -/200m 600m/1200m, -/1Gi 1Gi/1Gi, false, 500m/1, 256Mi/256Mi
            several containers together,      300m/1 300m/1, 200Mi/200Mi 200Mi/200Mi, false, 300m/1, 256Mi/256Mi
            a request of 0 is none,           0/1,        0/512Mi,     true,  10m/1,      96Mi/256Mi
            one has no limit,                 500m/1 500m/-, 1Gi/1Gi 1Gi/-, true, 100m/1, 96Mi/256Mi
            one third,                        400m/1200m, 300Mi/500Mi, false, 334m/1,     154Mi/256Mi
            it would cost the pod something,  200m/400m,  200Mi/200Mi, false, 100m/1,     96Mi/256Mi
            a LimitRange is there,            200m/400m,  200Mi/200Mi, true,  100m/200m,  256Mi/256Mi
            a LimitRange with a ratio of ten, 50m/500m,   64Mi/128Mi,  true,  100m/1,     128Mi/256Mi
            one of fifty,                     10m/500m,   64Mi/128Mi,  true,  20m/1,      128Mi/256Mi
            a LimitRange that leaves ours,    5m/500m,    32Mi/128Mi,  true,  10m/1,      96Mi/256Mi
            no limit so no bound,             500m/-,     512Mi/-,     true,  100m/1,     96Mi/256Mi
            """)
    void defaultsKeepTheRatioOfThePod(
            String what, String cpu, String memory, boolean ranged, String ourCpu, String ourMemory) {
        ObjectNode pod = pod();
        String[] cpus = cpu.split(" ", -1);
        String[] memories = memory.split(" ", -1);
        for (int index = 0; index < cpus.length; index++) {
            addContainer(pod, cpus[index], memories[index]);
        }
        if (ranged) {
            pod.withObject("/metadata/annotations").put(RANGED, "LimitRanger plugin set: cpu limit for container c0");
        }

        assertNumbers(pod, ourCpu, ourMemory);
    }

    private static ObjectNode pod() {
        return (ObjectNode) Reviews.yaml("""
                kind: Pod
                metadata: {annotations: {slipway.dev/migrate: "true", slipway.dev/database-secret: db}}
                spec: {containers: []}
                """);
    }

    private static void addContainer(ObjectNode pod, String cpu, String memory) {
        ArrayNode containers = (ArrayNode) pod.path("spec").path("containers");
        ObjectNode container = containers.addObject().put("name", "c" + containers.size());
        numbers(container, "cpu", cpu);
        numbers(container, "memory", memory);
    }

    private static void numbers(ObjectNode container, String resource, String pair) {
        String[] both = pair.split("/", -1);
        put(container.withObject("/resources/requests"), resource, both[0]);
        put(container.withObject("/resources/limits"), resource, both[1]);
    }

    private static void put(ObjectNode numbers, String resource, String number) {
        if (!number.equals("-")) {
            numbers.put(resource, number);
        }
    }

    private static void assertNumbers(JsonNode pod, String cpu, String memory) {
        AdmissionHandler handler = Reviews.handler(Map.of());
        JsonNode resources = Reviews.patched(pod, Reviews.mutate(handler, pod)).at("/spec/initContainers/0/resources");

        assertThat(pair(resources, "cpu")).isEqualTo(cpu);
        assertThat(pair(resources, "memory")).isEqualTo(memory);
    }

    private static String pair(JsonNode resources, String resource) {
        return resources.at("/requests/" + resource).asString("") + "/"
                + resources.at("/limits/" + resource).asString("");
    }
}
