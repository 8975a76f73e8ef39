package dev.slipway.webhook.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.AppVersion;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RevisionRolloutTest {
    private final StatefulSet ledger = new StatefulSetBuilder()
            .withNewMetadata()
            .withName("ledger")
            .withUid("l")
            .withGeneration(3L)
            .endMetadata()
            .withNewSpec()
            .withReplicas(2)
            .endSpec()
            .withNewStatus()
            .withObservedGeneration(3L)
            .withUpdateRevision("ledger-new")
            .withUpdatedReplicas(2)
            .withAvailableReplicas(2)
            .endStatus()
            .build();

    private final DaemonSet agent = new DaemonSetBuilder()
            .withNewMetadata()
            .withName("agent")
            .withUid("a")
            .withGeneration(2L)
            .withAnnotations(Map.of("deprecated.daemonset.template.generation", "2"))
            .endMetadata()
            .withNewSpec()
            .endSpec()
            .withNewStatus()
            .withObservedGeneration(2L)
            .withDesiredNumberScheduled(1)
            .withUpdatedNumberScheduled(1)
            .withNumberAvailable(1)
            .endStatus()
            .build();

    @Test
    void podsOfTheNewestRevisionAreFine() {
        assertThat(ofLedger(member("ledger-0", "ledger-new"), member("ledger-1", "ledger-new")))
                .isEmpty();
        assertThat(ofAgent(onNode("agent-x", "2"))).isEmpty();
    }

    @Test
    void everyOlderPodIsNamed() {
        assertThat(ofLedger(member("ledger-0", "ledger-old"), member("ledger-1", "ledger-new")))
                .containsExactly(
                        "statefulset ledger: pod ledger-0 is of revision ledger-old, the newest is ledger-new");
        assertThat(ofAgent(onNode("agent-x", "1")))
                .containsExactly("daemonset agent: pod agent-x is of revision 1, the newest is 2");
    }

    @Test
    void aPodOfSomebodyElseBehindTheSameSelectorIsNamed() {
        assertThat(ofLedger(pod("by-hand", "nobody", Map.of("controller-revision-hash", "ledger-new"))))
                .containsExactly(
                        "statefulset ledger: pod by-hand is matched by its selector, but does not belong to it");
    }

    @Test
    void aTemplateThatTheControllerHasNotSeenIsNoRevisionYet() {
        ledger.getMetadata().setGeneration(4L);
        assertThat(ofLedger()).containsExactly("statefulset ledger has a newer template than its controller has seen");
        ledger.setStatus(null);
        assertThat(ofLedger()).first().asString().contains("has a newer template than its controller has seen");
    }

    /** As with a partition, which leaves the rest as it was. */
    @Test
    void aRolloutThatStopsHalfWayIsNotOver() {
        ledger.getStatus().setUpdatedReplicas(1);
        assertThat(ofLedger())
                .containsExactly("statefulset ledger: of 2 pods 1 are of the newest revision and 2 available;"
                        + " the rollout is not over");
        agent.getStatus().setNumberAvailable(null);
        assertThat(ofAgent())
                .singleElement()
                .asString()
                .contains("of 1 pods 1 are of the newest revision and 0 available");
    }

    @Test
    void theVersionOfTheApplicationCountsToo() {
        Pod pod = pod(
                "ledger-0", "l", Map.of("controller-revision-hash", "ledger-new", "app.kubernetes.io/version", "1.9"));
        assertThat(RevisionRollout.of(ledger, List.of(pod)).objections(AppVersion.parse("2.0.0")))
                .containsExactly("statefulset ledger: pod ledger-0 is of version 1.9, which is older than 2.0.0");
    }

    @Test
    void aTemplateWithoutAReadableVersionIsAnObstacle() {
        agent.getSpec()
                .setTemplate(new PodTemplateSpecBuilder()
                        .withNewMetadata()
                        .addToLabels("app.kubernetes.io/version", "latest")
                        .endMetadata()
                        .build());

        assertThat(RevisionRollout.of(agent, List.of()).obstacle(AppVersion.parse("2.0.0")))
                .hasValueSatisfying(text ->
                        assertThat(text).startsWith("daemonset agent: its pod template has 'latest' in the label"));
        assertThat(RevisionRollout.of(ledger, List.of()).obstacle(AppVersion.parse("2.0.0")))
                .isPresent();
    }

    private List<String> ofLedger(Pod... pods) {
        return RevisionRollout.of(ledger, List.of(pods)).objections(Optional.empty());
    }

    private List<String> ofAgent(Pod... pods) {
        return RevisionRollout.of(agent, List.of(pods)).objections(Optional.empty());
    }

    private static Pod member(String name, String revision) {
        return pod(name, "l", Map.of("controller-revision-hash", revision));
    }

    private static Pod onNode(String name, String generation) {
        return pod(name, "a", Map.of("pod-template-generation", generation, "controller-revision-hash", "any"));
    }

    private static Pod pod(String name, String owner, Map<String, String> labels) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(labels)
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withUid(owner)
                        .withController(true)
                        .build())
                .endMetadata()
                .withNewStatus()
                .withPhase("Running")
                .endStatus()
                .build();
    }
}
