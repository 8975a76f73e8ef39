package dev.slipway.webhook.watch;

/** The three labels of every series; a workload that is created again under its old name goes on with its series. */
record WorkloadName(String namespace, String kind, String name) {
    /** Stands for all that do not fit any more. */
    static final WorkloadName OTHER = new WorkloadName("other", "other", "other");
}
