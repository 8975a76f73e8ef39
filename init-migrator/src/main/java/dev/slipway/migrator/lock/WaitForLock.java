package dev.slipway.migrator.lock;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.KubernetesDuration;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.report.EventLog;
import dev.slipway.migrator.report.TimeText;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The state of a replica that waits: how long it has waited, for which session, when to look again, and when to give
 * up.
 */
public final class WaitForLock {
    private static final Duration SAY_IT_AGAIN = Duration.ofSeconds(15);

    private final Duration timeout;
    private final EventLog log;
    private final PollInterval interval = new PollInterval(ThreadLocalRandom.current());
    private Optional<WaitBudget> budget = Optional.empty();
    /** The last holder that was seen; its session is what to end if it hangs. */
    private String holder = "";

    private String endQuery = "";
    private String lastReason = "";
    private long saidNanos;
    private int heldLooks;

    public WaitForLock(Duration timeout, EventLog log) {
        this.timeout = timeout;
        this.log = log;
    }

    /** Called if another session has the lock. Its own progress, and new rows in the history, extend the budget. */
    void heldBy(LockAttempt.Held held, int appliedRows) {
        heldLooks++;
        interval.looked(held.others());
        if (held.holder().isPresent()) {
            holder = held.holder().get().describe();
            endQuery = held.holder().get().endQuery();
        }
        lastReason = held.holder().map(Holder::describe).orElse("another replica, which has just let go");
        String fingerprint =
                appliedRows + " " + held.holder().map(Holder::fingerprint).orElse("");
        long now = System.nanoTime();
        WaitBudget open = budget(now);
        open.observe(fingerprint, now);
        sayWhyWeWait("waiting for another replica to migrate", now);
        refuseIfSpent(open, now);
    }

    /** Called if another session blocks access to the history tables. */
    public void lockedBy(LockedTable locked) {
        holder = String.valueOf(locked.getMessage());
        endQuery =
                locked.blocker().map(each -> LockedTable.endQuery(each.pid())).orElse("");
        lastReason = holder;
        long now = System.nanoTime();
        WaitBudget open = budget(now);
        open.observe("locked", now);
        sayWhyWeWait("waiting for a table", now);
        refuseIfSpent(open, now);
    }

    /** Never goes past the end of the budget, so that a short wait-timeout is kept. */
    public Duration nextPause() {
        Duration pause = interval.next();
        long now = System.nanoTime();
        return budget.map(open -> open.left(now))
                .filter(left -> left.compareTo(pause) < 0)
                .orElse(pause);
    }

    public boolean hasWaitedForReplica() {
        return heldLooks > 0;
    }

    /** Zero if there was no wait. */
    public Duration waited() {
        long now = System.nanoTime();
        return budget.map(open -> open.waited(now)).orElse(Duration.ZERO);
    }

    private WaitBudget budget(long now) {
        if (budget.isEmpty()) {
            budget = Optional.of(new WaitBudget(timeout, now));
            saidNanos = now - SAY_IT_AGAIN.toNanos();
        }
        return budget.get();
    }

    private void sayWhyWeWait(String message, long now) {
        if (now - saidNanos >= SAY_IT_AGAIN.toNanos()) {
            saidNanos = now;
            log.info(message, "for", lastReason, "waited", TimeText.of(waited()));
        }
    }

    private void refuseIfSpent(WaitBudget open, long now) {
        if (!open.isSpent(now)) {
            return;
        }
        var details = new LinkedHashMap<String, Object>();
        details.put("waitedSeconds", open.waited(now).toSeconds());
        if (!endQuery.isEmpty()) {
            details.put("holder", holder);
            details.put("endQuery", endQuery);
        }
        throw new RunFailure(
                ExitCode.WAIT_TIMEOUT,
                "waited " + TimeText.of(open.waited(now)) + ", the last " + KubernetesDuration.format(timeout)
                        + " of it without a sign of progress, for " + lastReason,
                endQuery.isEmpty()
                        ? "raise wait-timeout, or start again: the session that was in the way could not be seen"
                        : "look at that session; if it hangs, end it with: " + endQuery,
                Map.copyOf(details),
                null);
    }
}
