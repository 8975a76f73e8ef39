package dev.slipway.migrator.apply;

import dev.slipway.contract.ExitCode;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.ledger.OpenAttempts.Attempt;
import dev.slipway.migrator.ledger.Progress;
import dev.slipway.migrator.sql.SqlStatement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Decides whether a script that commits statement by statement can continue where an earlier attempt ended. Pure. */
final class Resumption {
    private Resumption() {}

    /**
     * One for each statement that has a lasting effect. Settings are left out because they last only for the session;
     * blanks and comments make no difference.
     */
    static List<String> digests(List<SqlStatement> statements) {
        return statements.stream()
                .filter(statement -> !ScriptMode.isSetting(statement))
                .map(statement -> Progress.digest(statement.tokens()
                        + statement.copyData().map(data -> '\n' + data).orElse("")))
                .toList();
    }

    /** The index of the first statement after the given number of statements with a lasting effect. */
    static int positionAfter(List<SqlStatement> statements, int done) {
        int left = done;
        int position = 0;
        while (left > 0) {
            left -= ScriptMode.isSetting(statements.get(position)) ? 0 : 1;
            position++;
        }
        return position;
    }

    /**
     * We can neither repeat nor undo what an earlier attempt did, so a script that no longer begins with it ends with
     * exit 6.
     *
     * @param script its name
     */
    static Optional<RunFailure> refusal(String script, List<SqlStatement> statements, Attempt attempt) {
        List<String> digests = digests(statements);
        OptionalInt changed = attempt.progress().firstChange(digests);
        if (changed.isEmpty()) {
            return Optional.empty();
        }
        int index = changed.getAsInt();
        int done = attempt.progress().done();
        String which = index < digests.size()
                ? "line "
                        + statements
                                .get(positionAfter(statements, index + 1) - 1)
                                .line() + " has another statement than the one that ran as number " + (index + 1)
                : "it ends before number " + (index + 1);
        return Optional.of(new RunFailure(
                ExitCode.HISTORY_DIFFERS,
                script + " was started by " + attempt.runBy() + " at " + attempt.startedAt()
                        + " outside a transaction, and its first " + done
                        + (done == 1 ? " statement is done; it was" : " statements are done; they were")
                        + " changed since: " + which,
                "restore what is done, and correct only what follows; or undo by hand what is done, and give the"
                        + " script a new version",
                Map.of("script", script, "done", done, "changed", index + 1),
                null));
    }
}
