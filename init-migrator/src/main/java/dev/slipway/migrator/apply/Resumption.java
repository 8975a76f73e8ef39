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

/** Whether a script that commits statement by statement can go on where an earlier attempt ended. Pure. */
final class Resumption {
    private Resumption() {}

    /**
     * One for each statement that does something: settings hold for the session only, so that they are no part of what is
     * done. Blanks and comments make no difference.
     */
    static List<String> digests(List<SqlStatement> statements) {
        return statements.stream()
                .filter(statement -> !ScriptMode.isSetting(statement))
                .map(statement -> Progress.digest(statement.tokens()
                        + statement.copyData().map(data -> '\n' + data).orElse("")))
                .toList();
    }

    /** The index of the first statement after so many that do something. */
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
     * What is done cannot be done again, nor taken back by us: exit 6 if the script no longer begins with it.
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
