package dev.slipway.contract.cli;

import org.jspecify.annotations.Nullable;

/**
 * A flag: how it is typed, what follows it, and its help.
 *
 * @param name with its dashes, as in {@code --output}
 * @param letter the short form, as in {@code -o}; empty if there is none
 * @param valueName for usage lines; words separated by bars are all that it takes
 * @param expected for messages: what a good value looks like
 * @param note a second line of help, such as a default; empty if there is none
 */
public record Flag(
        String name, String letter, Takes takes, String valueName, String expected, String help, String note) {
    /** What may follow a flag. */
    public enum Takes {
        NOTHING,
        /** true or false; true if neither follows. */
        TRUTH,
        /** One value; a second one is a mistake. */
        ONE,
        /** One value each time. */
        REPEATED,
        /** All words up to the next flag, split at commas. */
        WORDS
    }

    /** A flag without a value. */
    public static Flag of(String name, String help) {
        return of(name, Takes.NOTHING, "", help);
    }

    public static Flag of(String name, Takes takes, String valueName, String help) {
        return new Flag(name, "", takes, valueName, valueName, help, "");
    }

    public Flag withLetter(String typed) {
        return new Flag(name, typed, takes, valueName, expected, help, note);
    }

    /** By its name: Java makes the methods of a record at run time, which each start would pay for. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Flag flag && flag.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    boolean isTyped(String text) {
        return text.equals(name) || (!letter.isEmpty() && text.equals(letter));
    }
}
