package dev.slipway.migrator.effects;

import java.util.Locale;

/** How much of a relation a statement touches while it holds its lock: the more, the longer other sessions wait. */
public enum TableWork {
    /** The catalog only; as quick for a large table as for an empty one. */
    NONE,
    /** Reads every row, to check it or to build an index. */
    SCAN,
    /** Rewrites every row and all indexes. */
    REWRITE;

    public String word() {
        return this == NONE ? "-" : name().toLowerCase(Locale.ROOT);
    }
}
