package dev.slipway.migrator.rollback;

import dev.slipway.contract.FieldKind;
import dev.slipway.contract.KubernetesDuration;
import dev.slipway.contract.Problems;
import dev.slipway.contract.cli.Invocation;
import dev.slipway.migrator.cli.Option;
import dev.slipway.migrator.files.MigrationVersion;
import java.time.Duration;
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
    public static Optional<RollbackRequest> read(Invocation.Run<?> options, Problems problems) {
        Optional<MigrationVersion> target = target(options, problems);
        Duration delay = delay(options, problems);
        Optional<UndoSource> source = source(options, problems);
        if (target.isEmpty() || !problems.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new RollbackRequest(
                target.get(), options.one(Option.CONFIRM), delay, options.has(Option.DRY_RUN), source));
    }

    private static Optional<MigrationVersion> target(Invocation.Run<?> options, Problems problems) {
        String text = options.one(Option.TO).orElse(null);
        if (text == null) {
            problems.add(Option.TO.name(), "is missing; expected the version to go back to, as in --to 1.2");
            return Optional.empty();
        }
        Optional<MigrationVersion> version = MigrationVersion.parse(text);
        if (version.isEmpty()) {
            problems.badValue(Option.TO.name(), text, FieldKind.AMOUNT, "a version such as 1, 1.2 or 20260101120000");
        }
        return version;
    }

    private static Duration delay(Invocation.Run<?> options, Problems problems) {
        boolean none = options.has(Option.NO_DELAY);
        String text = options.one(Option.DELAY).orElse(null);
        if (text == null) {
            return none ? Duration.ZERO : DELAY;
        }
        Optional<Duration> delay = KubernetesDuration.parse(text);
        if (none) {
            problems.add(Option.DELAY.name(), "contradicts " + Option.NO_DELAY.name() + "; expected one of them");
        } else if (delay.isEmpty()) {
            problems.badValue(Option.DELAY.name(), text, FieldKind.AMOUNT, KubernetesDuration.EXPECTED);
        } else if (delay.get().isZero()) {
            problems.add(Option.DELAY.name(), "is zero; to begin at once, say " + Option.NO_DELAY.name());
        }
        return delay.orElse(DELAY);
    }

    private static Optional<UndoSource> source(Invocation.Run<?> options, Problems problems) {
        String text = options.one(Option.UNDO_FROM).orElse(null);
        if (text == null) {
            return Optional.empty();
        }
        Optional<UndoSource> source = UndoSource.ofWord(text);
        if (source.isEmpty()) {
            problems.badValue(Option.UNDO_FROM.name(), text, FieldKind.WORD, "one of stored, file");
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
