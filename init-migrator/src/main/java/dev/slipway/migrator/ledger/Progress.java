package dev.slipway.migrator.ledger;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;

/**
 * The progress of a script that commits statement by statement. The digests show whether a script that is tried again
 * still begins with the statements that were done.
 *
 * @param done how many statements are done
 * @param digests one for each statement of the whole script as it was; see {@link #digest}
 */
public record Progress(int done, List<String> digests) {
    /** 64 bits are enough to distinguish the statements of one script. */
    private static final int DIGITS = 16;

    public Progress {
        digests = List.copyOf(digests);
    }

    /** @param text the text of a statement, with everything else that distinguishes it */
    public static String digest(String text) {
        return LedgerScript.sha256(text.getBytes(StandardCharsets.UTF_8)).substring(0, DIGITS);
    }

    /** The first finished statement that is different or missing in this script; empty if there is none. */
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

    /** Whether the statement that was about to run is also the next one in this script. */
    public boolean goesOnAs(List<String> script) {
        return firstChange(script).isEmpty() && next(digests).equals(next(script));
    }

    private String next(List<String> script) {
        return done < script.size() ? script.get(done) : "";
    }
}
