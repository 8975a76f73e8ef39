package dev.slipway.bench;

import dev.slipway.bench.contender.Contender;
import dev.slipway.bench.contender.Contenders;
import dev.slipway.bench.migrations.MigrationSet;
import java.util.Locale;

/** The situations that are measured. */
enum Scenario {
    NOOP_20("Nothing to do, 20 applied", Kind.NOOP, 20),
    NOOP_1000("Nothing to do, 1,000 applied", Kind.NOOP, 1000),
    APPLY_20("20 onto an empty database", Kind.APPLY, 20),
    APPLY_190("190 onto an empty database", Kind.APPLY, 190),
    APPLY_1000("1,000 onto an empty database", Kind.APPLY, 1000),
    CROWD("50 at once, 20 migrations, one a CREATE INDEX CONCURRENTLY", Kind.CROWD, 20),
    CROWD_SLOTS("The same with 20 connection slots", Kind.CROWD, 20),
    CROWD_SLOTS_NOOP("50 at once, nothing to do, 20 connection slots", Kind.CROWD_NOOP, 20);

    /** How a scenario goes. */
    enum Kind {
        /** Everything is applied; one start after the other. */
        NOOP,
        /** Nothing is applied; each run has a database of its own. */
        APPLY,
        /** Fifty processes at once onto an empty database. */
        CROWD,
        /** Fifty processes at once, everything is applied. */
        CROWD_NOOP
    }

    static final int CROWD_SIZE = 50;
    static final int FEW_SLOTS = 20;

    private final String title;
    private final Kind kind;
    private final int migrations;

    Scenario(String title, Kind kind, int migrations) {
        this.title = title;
        this.kind = kind;
        this.migrations = migrations;
    }

    String scenarioName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String title() {
        return title;
    }

    Kind kind() {
        return kind;
    }

    MigrationSet migrations() {
        return new MigrationSet(migrations, kind == Kind.CROWD);
    }

    boolean hasFewSlots() {
        return this == CROWD_SLOTS || this == CROWD_SLOTS_NOOP;
    }

    boolean isCrowd() {
        return kind == Kind.CROWD || kind == Kind.CROWD_NOOP;
    }

    boolean includes(Contender contender) {
        boolean hangs = contender.name().contains("default lock");
        return switch (kind) {
            case NOOP -> contender.kind() != Contender.Kind.STATEMENTS && !hangs;
            case APPLY -> contender.kind() != Contender.Kind.FLOOR && !hangs;
            // A crowd of JVMs takes minutes, so each program comes in its best form only.
            case CROWD, CROWD_NOOP ->
                contender.kind() == Contender.Kind.MIGRATOR
                        && !hangs
                        && (contender.name().endsWith(Contenders.BEST)
                                || !contender.name().matches(".* (17|25)"));
        };
    }
}
