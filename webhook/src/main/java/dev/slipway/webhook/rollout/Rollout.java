package dev.slipway.webhook.rollout;

import dev.slipway.contract.AppVersion;
import java.util.List;
import java.util.Optional;

/** A workload and its pods, as the API showed them. */
sealed interface Rollout permits DeploymentRollout, RevisionRollout {
    /**
     * Everything that speaks against "only the newest revision runs, and it runs well".
     *
     * @param oldest the oldest version of the application that may run; empty if any may
     */
    List<String> objections(Optional<AppVersion> oldest);

    /**
     * What waiting does not change: newest pods will never say how old they are.
     *
     * @param oldest as above
     */
    Optional<String> obstacle(Optional<AppVersion> oldest);

    /** One line for the log. */
    String describe();
}
