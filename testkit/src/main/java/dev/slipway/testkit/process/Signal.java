package dev.slipway.testkit.process;

/** The signals that the kubelet, a person or the kernel sends to a process. */
public enum Signal {
    TERM,
    KILL,
    STOP,
    CONT,
    INT,
    /** A JVM prints its threads and goes on. */
    QUIT
}
