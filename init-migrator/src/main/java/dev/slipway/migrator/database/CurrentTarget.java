package dev.slipway.migrator.database;

import dev.slipway.contract.Problems;
import dev.slipway.contract.Settings;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The database as variables and mounted files name it at this moment. All of it is read again for each attempt to
 * connect: a Secret is corrected, a password rotates, a token lives for minutes.
 *
 * <p>A run is about one database. Once a session was opened, another database is refused, because what the run has
 * read, checked and reported is true of the first one only.
 */
public final class CurrentTarget {
    /** How soon a correction ends a pause. */
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

    private final Settings settings;
    private final Map<String, String> env;
    private DatabaseTarget latest;
    private boolean isFresh = true;
    private @Nullable DatabaseTarget settled;
    private String complaint = "";
    private String lastComplaint = "";

    private CurrentTarget(Settings settings, Map<String, String> env, DatabaseTarget first) {
        this.settings = settings;
        this.env = Map.copyOf(env);
        this.latest = first;
    }

    /** Null if what is named is incomplete or wrong; the problems then list everything. */
    public static @Nullable CurrentTarget read(Settings settings, Map<String, String> env, Problems problems) {
        DatabaseTarget first = DatabaseTarget.read(settings, env, problems);
        return first == null ? null : new CurrentTarget(settings, env, first);
    }

    /**
     * What the next attempt has to connect to. If that is incomplete or wrong at this moment, as in the middle of an
     * update, it is what was named before.
     *
     * @throws OtherDatabase if the run began with another database
     */
    public synchronized DatabaseTarget next() throws OtherDatabase {
        if (isFresh) {
            // Every start comes here, a moment after the first reading.
            isFresh = false;
            return latest;
        }
        var problems = new Problems();
        DatabaseTarget now = DatabaseTarget.read(settings, env, problems);
        if (now == null) {
            complain(problems);
        } else {
            latest = now;
        }
        if (settled != null && !settled.isSameDatabase(latest)) {
            throw new OtherDatabase(settled, latest);
        }
        return latest;
    }

    /** What was wrong at the last reading; empty if nothing was, or if it was told before. */
    public synchronized String takeComplaint() {
        String taken = complaint;
        complaint = "";
        return taken;
    }

    /** A session was opened there. */
    public synchronized void settleOn(DatabaseTarget target) {
        if (settled == null) {
            settled = target;
        }
    }

    /** What the last attempt was made with; for messages. */
    public synchronized DatabaseTarget latest() {
        return latest;
    }

    /** Whether another attempt would be made with something else, even if only with another password. */
    public boolean hasChangedSince(DatabaseTarget tried) {
        DatabaseTarget now = DatabaseTarget.read(settings, env, new Problems());
        return now != null && !now.isSame(tried);
    }

    /**
     * Sleeps until the pause is over, or something else is named than what was tried.
     *
     * @param sleep sleeps for the given time, and returns whether the run has to end
     * @return whether the run has to end
     */
    public boolean pause(Duration pause, DatabaseTarget tried, Predicate<Duration> sleep) {
        Duration left = pause;
        while (left.compareTo(BETWEEN_LOOKS) > 0) {
            if (sleep.test(BETWEEN_LOOKS)) {
                return true;
            }
            if (hasChangedSince(tried)) {
                return false;
            }
            left = left.minus(BETWEEN_LOOKS);
        }
        return sleep.test(left);
    }

    private void complain(Problems problems) {
        var words = new StringBuilder("the settings of the database cannot be used at the moment: ");
        String between = "";
        for (Problems.Problem problem : problems.list()) {
            words.append(between).append(problem);
            between = "; ";
        }
        String all = words.append("; going on with what they said before").toString();
        if (!all.equals(lastComplaint)) {
            lastComplaint = all;
            complaint = all;
        }
    }
}
