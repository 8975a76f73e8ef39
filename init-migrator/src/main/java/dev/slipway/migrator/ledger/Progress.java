package dev.slipway.migrator.ledger;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;

/**
 * How far a script has come that commits statement by statement. The digests tell whether the script that is tried again
 * is still the one of which this much was done.
 *
 * @param done how many statements have done their work
 * @param digests one for each statement of the whole script as it was; see {@link #digest}
 */
public record Progress(int done, List<String> digests) {
    /** 64 bits tell the statements of one script apart. */
    private static final int DIGITS = 16;

    public Progress {
        digests = List.copyOf(digests);
    }

    /** @param text of a statement, with whatever else makes it another one */
    public static String digest(String text) {
        return LedgerScript.sha256(text.getBytes(StandardCharsets.UTF_8)).substring(0, DIGITS);
    }

    /** The first of the statements that are done which is another one in this script, or is missing; empty if none is. */
    public OptionalInt firstChange(List<String> script) {
        for (int each = 0; each < done; each++) {
            if (each >= digests.size()
                    || each >= script.size()
                    || !digests.get(each).equals(script.get(each))) {
                return OptionalInt.of(each);
            }
        }
        return OptionalInt.empty();
    }

    /** Whether the statement that was about to run is the next one in this script, too. */
    public boolean goesOnAs(List<String> script) {
        return firstChange(script).isEmpty() && next(digests).equals(next(script));
    }

    private String next(List<String> script) {
        return done < script.size() ? script.get(done) : "";
    }
}
