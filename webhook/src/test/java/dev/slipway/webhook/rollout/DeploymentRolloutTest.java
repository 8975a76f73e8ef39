package dev.slipway.webhook.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.AppVersion;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeploymentRolloutTest {
    private Deployment deployment = new DeploymentBuilder()
            .withMetadata(meta("api", "d", "7", Optional.empty()))
            .editMetadata()
            .withGeneration(3L)
            .endMetadata()
            .withNewSpec()
            .withReplicas(2)
            .withNewTemplate()
            .withNewMetadata()
            .addToLabels("app.kubernetes.io/version", "2.0.0")
            .endMetadata()
            .endTemplate()
            .endSpec()
            .withNewStatus()
            .withObservedGeneration(3L)
            .withUpdatedReplicas(2)
            .withAvailableReplicas(2)
            .endStatus()
            .build();

    private final ReplicaSet newest = replicaSet("new", "7", "d");
    private final ReplicaSet older = replicaSet("old", "6", "d");
    private final List<Pod> pods = new ArrayList<>(List.of(pod("api-1", "new", "2.0.0"), pod("api-2", "new", "2.0.0")));

    @Test
    void podsOfTheNewestRevisionAreFine() {
        assertThat(objections()).isEmpty();
    }

    @Test
    void everyOlderPodIsNamed() {
        pods.add(pod("api-0", "old", "1.0.0"));

        assertThat(objections()).containsExactly("deployment api: pod api-0 is of revision 6, the newest is 7");
    }

    @Test
    void aPodThatShutsDownStillRuns() {
        pods.add(new PodBuilder(pod("api-0", "old", "1.0.0"))
                .editMetadata()
                .withDeletionTimestamp("2026-11-21T10:00:00Z")
                .endMetadata()
                .build());

        assertThat(objections()).singleElement().asString().contains("still shutting down");
    }

    @Test
    void aPodThatHasEndedDoesNot() {
        pods.add(new PodBuilder(pod("api-0", "old", "1.0.0"))
                .editStatus()
                .withPhase("Failed")
                .endStatus()
                .build());

        assertThat(objections()).isEmpty();
    }

    @Test
    void aPodOfSomebodyElseBehindTheSameSelectorIsNamed() {
        pods.add(pod("by-hand", "nobody", "2.0.0"));

        assertThat(objections()).singleElement().asString().contains("by-hand", "belongs to none of its revisions");
    }

    @Test
    void aTemplateThatTheControllerHasNotSeenIsNoRevisionYet() {
        deployment = new DeploymentBuilder(deployment)
                .editMetadata()
                .withGeneration(4L)
                .endMetadata()
                .build();

        assertThat(objections()).containsExactly("deployment api has a newer template than its controller has seen");
    }

    @Test
    void aPausedRolloutIsNotOver() {
        deployment = new DeploymentBuilder(deployment)
                .editSpec()
                .withPaused(true)
                .endSpec()
                .build();

        assertThat(objections()).singleElement().asString().contains("is paused");
    }

    @Test
    void newPodsThatDoNotWorkAreNoRollout() {
        deployment = new DeploymentBuilder(deployment)
                .editStatus()
                .withAvailableReplicas(0)
                .endStatus()
                .build();

        assertThat(objections())
                .singleElement()
                .asString()
                .contains("of 2 pods 2 are of the newest revision and 0 available");
    }

    @Test
    void withoutItsNewestReplicaSetNothingCanBeSaid() {
        assertThat(new DeploymentRollout(deployment, List.of(older), pods).objections(Optional.empty()))
                .containsExactly("deployment api has no ReplicaSet of its revision 7");
    }

    /** A release that was never rolled out has no older revision either. */
    @Test
    void theVersionOfTheApplicationCountsToo() {
        pods.add(pod("api-3", "new", "1.9"));
        pods.add(pod("api-4", "new", "latest"));

        assertThat(new DeploymentRollout(deployment, List.of(newest, older), pods)
                        .objections(AppVersion.parse("2.0.0")))
                .containsExactly(
                        "deployment api: pod api-3 is of version 1.9, which is older than 2.0.0",
                        "deployment api: pod api-4 has 'latest' in the label app.kubernetes.io/version; expected "
                                + AppVersion.EXPECTED);
    }

    @Test
    void podsOfATemplateWithAVersionAreWorthWaitingFor() {
        pods.add(pod("api-0", "old", ""));

        assertThat(obstacle("2.0.0")).as("the template says it").isEmpty();
        assertThat(obstacle("9.0.0")).as("the release may come").isEmpty();
    }

    @Test
    void podsOfATemplateWithoutOneAreNot() {
        deployment.getSpec().getTemplate().getMetadata().setLabels(null);
        assertThat(obstacle("2.0.0"))
                .hasValueSatisfying(text -> assertThat(text)
                        .startsWith(
                                "deployment api: its pod template has no label app.kubernetes.io/version; expected ")
                        .contains("add the label to spec.template.metadata.labels", "leave --oldest-version away"));
        assertThat(new DeploymentRollout(deployment, List.of(newest, older), pods).obstacle(Optional.empty()))
                .as("no version is asked for")
                .isEmpty();

        deployment.getSpec().setTemplate(null);
        assertThat(obstacle("2.0.0")).isPresent();
    }

    private Optional<String> obstacle(String oldest) {
        return new DeploymentRollout(deployment, List.of(newest, older), pods).obstacle(AppVersion.parse(oldest));
    }

    private List<String> objections() {
        return new DeploymentRollout(deployment, List.of(newest, older), pods).objections(Optional.empty());
    }

    private static ReplicaSet replicaSet(String uid, String revision, String owner) {
        return new ReplicaSetBuilder()
                .withMetadata(meta("api-" + uid, uid, revision, Optional.of(owner)))
                .build();
    }

    private static Pod pod(String name, String owner, String version) {
        ObjectMeta meta = meta(name, name, "", Optional.of(owner));
        meta.setLabels(java.util.Map.of("app.kubernetes.io/version", version));
        return new PodBuilder()
                .withMetadata(meta)
                .withNewStatus()
                .withPhase("Running")
                .endStatus()
                .build();
    }

    private static ObjectMeta meta(String name, String uid, String revision, Optional<String> owner) {
        var meta = new ObjectMeta();
        meta.setName(name);
        meta.setUid(uid);
        meta.setAnnotations(java.util.Map.of("deployment.kubernetes.io/revision", revision));
        owner.ifPresent(each -> meta.setOwnerReferences(List.of(
                new OwnerReferenceBuilder().withUid(each).withController(true).build())));
        return meta;
    }
}
