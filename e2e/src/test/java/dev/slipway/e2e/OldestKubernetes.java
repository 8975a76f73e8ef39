package dev.slipway.e2e;

/**
 * Marks what runs a second time on the oldest supported Kubernetes: installing, admitting, refusing, the policy, and a rollout
 * whose migrations are copied, because that version mounts no images. The rest stays away because it would show the same
 * there (outages, attacks, certificates, rights), or because it needs what came later: {@code k8s/jobs} mounts an image.
 */
final class OldestKubernetes {
    /** For {@code @Tag}; the build selects by it. */
    static final String TAG = "oldest-kubernetes";

    private OldestKubernetes() {}
}
