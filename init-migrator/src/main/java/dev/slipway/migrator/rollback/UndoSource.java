package dev.slipway.migrator.rollback;

import java.util.Locale;
import java.util.Optional;

/** Where an undo script comes from. */
public enum UndoSource {
    /** From the database, which has stored it since the migration was applied. */
    STORED,
    /** From the folder with the migrations. */
    FILE;

    static Optional<UndoSource> ofWord(String word) {
        for (UndoSource each : values()) {
            if (each.word().equals(word)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
