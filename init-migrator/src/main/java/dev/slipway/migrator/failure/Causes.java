package dev.slipway.migrator.failure;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The chain of causes of a failure. */
public final class Causes {
    private Causes() {}

    /** The failure and its causes, outermost first; after each SQL exception its next one with its causes. Empty for null. */
    public static List<Throwable> of(@Nullable Throwable failure) {
        var causes = new ArrayList<Throwable>();
        for (Throwable each = failure; each != null; each = each.getCause()) {
            causes.add(each);
            if (each instanceof SQLException sql && sql.getNextException() != null) {
                causes.addAll(of(sql.getNextException()));
            }
        }
        return causes;
    }

    /** The outermost one of this type. */
    public static <T extends Throwable> Optional<T> first(@Nullable Throwable failure, Class<T> type) {
        return of(failure).stream().filter(type::isInstance).map(type::cast).findFirst();
    }
}
