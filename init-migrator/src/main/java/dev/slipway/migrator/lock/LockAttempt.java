package dev.slipway.migrator.lock;

import java.util.Optional;

/** How one attempt to take the lock ended. */
public sealed interface LockAttempt {
    /** This session holds our key and Flyway's until it ends. */
    record Acquired() implements LockAttempt {}

    /**
     * Another session holds it.
     *
     * @param holder empty if it let go between the attempt and the look
     * @param others sessions of other replicas that are connected right now
     */
    record Held(Optional<Holder> holder, int others) implements LockAttempt {}

    /**
     * The lock was granted, but to another session than this one: a transaction pooler is in between, and locks protect
     * nothing behind it.
     */
    record Pooled(String evidence) implements LockAttempt {}
}
