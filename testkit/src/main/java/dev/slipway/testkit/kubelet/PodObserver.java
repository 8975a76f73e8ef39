package dev.slipway.testkit.kubelet;

import dev.slipway.testkit.process.OutputLine;

/** Receives what happens to a pod, on the pod's own threads; a slow observer delays the pod. */
public interface PodObserver {
    /** Observes nothing. */
    PodObserver NONE = new PodObserver() {};

    /** The pod's status changed. */
    default void changed(PodRun pod, PodStatus status) {}

    /** A container printed a line. */
    default void printed(PodRun pod, String container, OutputLine line) {}
}
