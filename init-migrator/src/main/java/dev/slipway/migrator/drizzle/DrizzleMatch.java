package dev.slipway.migrator.drizzle;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Matches rows of Drizzle's table with files. Pure. */
final class DrizzleMatch {
    private DrizzleMatch() {}

    /**
     * Compares name, then time, then hash: the first that matches any file decides. If it matches several files,
     * another of the three has to single one out; otherwise there is no match.
     */
    static Optional<DrizzleMigration> of(List<DrizzleMigration> migrations, DrizzleRow row) {
        Predicate<DrizzleMigration> name =
                each -> row.name().filter(each.name()::equals).isPresent();
        Predicate<DrizzleMigration> time =
                each -> row.createdAt().filter(each::isOfTime).isPresent();
        Predicate<DrizzleMigration> hash = each -> each.hasContentOf(row.hash());
        for (Predicate<DrizzleMigration> identity : List.of(name, time, hash)) {
            List<DrizzleMigration> sharing =
                    migrations.stream().filter(identity).toList();
            if (!sharing.isEmpty()) {
                return only(sharing)
                        .or(() -> only(sharing.stream().filter(hash).toList()))
                        .or(() -> only(sharing.stream().filter(time.and(hash)).toList()));
            }
        }
        return Optional.empty();
    }

    private static Optional<DrizzleMigration> only(List<DrizzleMigration> migrations) {
        return migrations.size() == 1 ? Optional.of(migrations.get(0)) : Optional.empty();
    }
}
