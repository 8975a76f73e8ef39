package dev.slipway.contract;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** "Did you mean …?": the known name that is nearest to a misspelt one. */
public final class Suggestion {
    /** No name of ours is nearly as long. */
    private static final int LONGEST = 100;
    /** Of the known names, some of which come from the same author as the misspelt one. */
    private static final int MOST = 1_000;

    private Suggestion() {}

    /**
     * The known name with the fewest edits, if that is at most a third of the typed length (and at least 2): farther
     * names would mislead. Upper and lower case count as equal. The cost is bounded whatever the arguments: a text of
     * more than 100 characters is not a misspelt name, and only the first 1,000 known names are compared.
     */
    public static Optional<String> closest(String typed, Collection<String> known) {
        if (typed.length() > LONGEST) {
            return Optional.empty();
        }
        String wanted = typed.toLowerCase(Locale.ROOT);
        String best = null;
        int bestDistance = Math.max(2, typed.length() / 3) + 1;
        int compared = 0;
        for (String candidate : known) {
            if (compared++ == MOST) {
                break;
            }
            // Each character that one of them has more is an edit of its own.
            if (Math.abs(candidate.length() - typed.length()) < bestDistance) {
                int distance = distance(wanted, candidate.toLowerCase(Locale.ROOT));
                if (distance < bestDistance) {
                    best = candidate;
                    bestDistance = distance;
                }
            }
        }
        return Optional.ofNullable(best);
    }

    /** Optimal string alignment distance: inserts, deletes, replacements, and swaps of neighbours, one each. */
    static int distance(String left, String right) {
        int[] beforeLast = new int[right.length() + 1];
        int[] last = new int[right.length() + 1];
        int[] current = new int[right.length() + 1];
        for (int column = 0; column <= right.length(); column++) {
            last[column] = column;
        }
        for (int row = 1; row <= left.length(); row++) {
            current[0] = row;
            for (int column = 1; column <= right.length(); column++) {
                int replace = left.charAt(row - 1) == right.charAt(column - 1) ? 0 : 1;
                int least = Math.min(Math.min(current[column - 1], last[column]) + 1, last[column - 1] + replace);
                if (row > 1
                        && column > 1
                        && left.charAt(row - 1) == right.charAt(column - 2)
                        && left.charAt(row - 2) == right.charAt(column - 1)) {
                    least = Math.min(least, beforeLast[column - 2] + 1);
                }
                current[column] = least;
            }
            int[] recycled = beforeLast;
            beforeLast = last;
            last = current;
            current = recycled;
        }
        return last[right.length()];
    }
}
