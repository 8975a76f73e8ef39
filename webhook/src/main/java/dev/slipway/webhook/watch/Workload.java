package dev.slipway.webhook.watch;

/**
 * What a person deployed: the outermost owner of a pod that can be read, or the pod itself.
 *
 * @param object that Events are written on
 */
record Workload(String namespace, ObjectReference object) {
    /** As far as the pod itself shows. */
    static Workload of(PodSnapshot pod) {
        return new Workload(pod.namespace(), pod.controller().orElseGet(pod::asReference));
    }

    boolean isPod() {
        return object.kind().equals("Pod");
    }

    WorkloadName labels() {
        return new WorkloadName(namespace, object.kind(), object.name());
    }
}
