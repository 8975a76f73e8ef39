package dev.slipway.migrator.rollback;

import dev.slipway.contract.FieldKind;
import dev.slipway.contract.KubernetesDuration;
import dev.slipway.contract.Problems;
import dev.slipway.migrator.cli.Option;
import dev.slipway.migrator.files.MigrationVersion;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The command line of a rollback.
 *
 * @param target every version above it is undone; zero for all of them
 * @param confirmation empty if the user has to be asked for it
 * @param delay the wait before anything is undone
 * @param dryRun whether to stop after showing the plan
 * @param source the source to use if database and folder have different scripts; empty to refuse that
 */
public record RollbackRequest(
        MigrationVersion target,
        Optional<String> confirmation,
        Duration delay,
        boolean dryRun,
        Optional<UndoSource> source) {
    private static final Duration DELAY = Duration.ofSeconds(10);

    /** Empty if problems were reported. */
    public static Optional<RollbackRequest> read(Map<Option, String> options, Problems problems) {
        Optional<MigrationVersion> target = target(options, problems);
        Duration delay = delay(options, problems);
        Optional<UndoSource> source = source(options, problems);
        if (target.isEmpty() || !problems.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new RollbackRequest(
                target.get(),
                Optional.ofNullable(options.get(Option.CONFIRM)),
                delay,
                options.containsKey(Option.DRY_RUN),
                source));
    }

    private static Optional<MigrationVersion> target(Map<Option, String> options, Problems problems) {
        String text = options.get(Option.TO);
        if (text == null) {
            problems.add(Option.TO.flag(), "is missing; expected the version to go back to, as in --to 1.2");
            return Optional.empty();
        }
        Optional<MigrationVersion> version = MigrationVersion.parse(text);
        if (version.isEmpty()) {
            problems.badValue(Option.TO.flag(), text, FieldKind.AMOUNT, "a version such as 1, 1.2 or 20260101120000");
        }
        return version;
    }

    private static Duration delay(Map<Option, String> options, Problems problems) {
        boolean none = options.containsKey(Option.NO_DELAY);
        String text = options.get(Option.DELAY);
        if (text == null) {
            return none ? Duration.ZERO : DELAY;
        }
        Optional<Duration> delay = KubernetesDuration.parse(text);
        if (none) {
            problems.add(Option.DELAY.flag(), "contradicts " + Option.NO_DELAY.flag() + "; expected one of them");
        } else if (delay.isEmpty()) {
            problems.badValue(Option.DELAY.flag(), text, FieldKind.AMOUNT, KubernetesDuration.EXPECTED);
        } else if (delay.get().isZero()) {
            problems.add(Option.DELAY.flag(), "is zero; to begin at once, say " + Option.NO_DELAY.flag());
        }
        return delay.orElse(DELAY);
    }

    private static Optional<UndoSource> source(Map<Option, String> options, Problems problems) {
        String text = options.get(Option.UNDO_FROM);
        if (text == null) {
            return Optional.empty();
        }
        Optional<UndoSource> source = UndoSource.ofWord(text);
        if (source.isEmpty()) {
            problems.badValue(Option.UNDO_FROM.flag(), text, FieldKind.WORD, "one of stored, file");
        }
        return source;
    }

    /**
     * The text that the user has to repeat, so that a command for one database never runs in another.
     *
     * @param database its name according to the server
     */
    public String confirmationFor(String database) {
        return database + '@' + target;
    }
}
