package dev.slipway.webhook.injection;

import java.util.Optional;
import java.util.function.Function;

/** Where our init containers stand among the pod's others. */
sealed interface Position {
    /** After every native sidecar and known secret injector, before the application's own init containers. */
    record Auto() implements Position {}

    record First() implements Position {}

    record Last() implements Position {}

    /** Directly before the named init container. */
    record Before(String container) implements Position {}

    /** Directly after the named init container. */
    record After(String container) implements Position {}

    /** The init container that the position refers to; empty if it refers to none. */
    default Optional<String> reference() {
        if (this instanceof Before before) {
            return Optional.of(before.container());
        }
        return this instanceof After after ? Optional.of(after.container()) : Optional.empty();
    }

    /** The position of this text; empty if it is not one. */
    static Optional<Position> parse(String text) {
        return switch (text) {
            case "auto" -> Optional.of(new Auto());
            case "first" -> Optional.of(new First());
            case "last" -> Optional.of(new Last());
            default -> named("before:", text, Before::new).or(() -> named("after:", text, After::new));
        };
    }

    private static Optional<Position> named(String keyword, String text, Function<String, Position> position) {
        return MigrationsSource.nameAfter(keyword, text)
                .flatMap(KubernetesNames::label)
                .map(position);
    }
}
