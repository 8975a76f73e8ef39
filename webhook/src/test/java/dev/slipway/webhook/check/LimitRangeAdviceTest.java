package dev.slipway.webhook.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages of Kubernetes 1.36; AdmissionIT of e2e has one from a real API server. */
class LimitRangeAdviceTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            minimum cpu usage per Container is 50m, but request is 10m                      | slipway.dev/requests-cpu: 50m;
            minimum memory usage per Container is 128Mi, but request is 96Mi                | slipway.dev/requests-memory: 128Mi;
            maximum cpu usage per Container is 500m, but limit is 1                         | slipway.dev/limits-cpu: 500m;
            maximum memory usage per Container is 128Mi, but limit is 256Mi                 | slipway.dev/limits-memory: 128Mi;
            cpu max limit to request ratio per Container is 4, but provided ratio is 100.000000 | \
            slipway.dev/requests-cpu and slipway.dev/limits-cpu whose ratio is at most 4;
            """)
    void aBoundLeadsToItsAnnotation(String message, String annotation) {
        assertThat(LimitRangeAdvice.of("pods \"a\" is forbidden: " + message))
                .contains("annotate pod templates with " + annotation);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [minimum cpu usage per Container is 50m, but request is 10m, maximum memory usage per Container is 128Mi, but limit is 256Mi] | \
            with slipway.dev/limits-memory: 128Mi, and with slipway.dev/requests-cpu: 50m;
            """)
    void allOfThemStandInOneSentence(String message, String annotations) {
        assertThat(LimitRangeAdvice.of(message)).contains(annotations);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "exceeded quota: all, requested: pods=1, used: pods=4, limited: pods=4",
                "maximum cpu usage per Pod is 1, but limit is 2",
                "minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 1Mi",
                ""
            })
    void nothingIsSaidOfOtherRefusals(String message) {
        assertThat(LimitRangeAdvice.of(message)).isEmpty();
    }
}
