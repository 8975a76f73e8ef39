package dev.slipway.migrator.ledger;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * How far a script has come that commits statement by statement. The digests tell whether the script that is tried again
 * is still the one of which this much was done.
 *
 * @param done how many statements have done their work
 * @param doneSha256 over these statements, one after the other
 * @param nextSha256 over these and the one that follows; equal to {@code doneSha256} at the end
 */
public record Progress(int done, String doneSha256, String nextSha256) {
    /** Nothing is done yet. */
    private static final String NOTHING = "";

    /** @param statements the whole script */
    public static Progress of(List<String> statements, int done) {
        String digest = NOTHING;
        for (String statement : statements.subList(0, done)) {
            digest = extended(digest, statement);
        }
        return new Progress(done, digest, next(digest, statements, done));
    }

    /** One statement further in the same script. */
    public Progress andOneMore(List<String> statements) {
        return new Progress(done + 1, nextSha256, next(nextSha256, statements, done + 1));
    }

    /** Whether these statements begin with the ones that are done. */
    public boolean isOf(List<String> statements) {
        return done <= statements.size() && of(statements, done).doneSha256.equals(doneSha256);
    }

    /** Whether they go on, too, with the one that was about to run. */
    public boolean goesOnAs(List<String> statements) {
        return isOf(statements) && of(statements, done).nextSha256.equals(nextSha256);
    }

    private static String next(String digest, List<String> statements, int done) {
        return done < statements.size() ? extended(digest, statements.get(done)) : digest;
    }

    private static String extended(String digest, String statement) {
        return Script.sha256((digest + '\n' + statement).getBytes(StandardCharsets.UTF_8));
    }
}
