package dev.slipway.migrator.apply;

import dev.slipway.migrator.apply.ScriptMode.Refused;
import dev.slipway.migrator.sql.NonTransactional;
import dev.slipway.migrator.sql.NonTransactional.Reason;
import dev.slipway.migrator.sql.SettingStatement;
import dev.slipway.migrator.sql.SqlScript;
import dev.slipway.migrator.sql.SqlStatement;
import dev.slipway.migrator.sql.TransactionControl;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Reads where a script begins and ends transactions. Every tool sends a script inside a transaction of its own, so a
 * BEGIN at the start changes nothing, and the first COMMIT ends the tool's transaction. Used once.
 */
final class ScriptTransactions {
    private static final String ONE_EACH = "give each transaction a file of its own";
    private static final String ONE_ANYWAY = "every script runs in one transaction anyway";

    private final boolean mayMix;
    private final Set<Integer> cuts = new HashSet<>();

    /** Statements that are sent: all but those that begin and end transactions. */
    private int count;
    /** The number of transactions with a statement that needs a transaction. */
    private int transactions;

    private boolean inCountedOne;
    /** The line of the script's own BEGIN while its transaction is open; otherwise 0. */
    private int begunInLine;

    private int committedInLine;
    private boolean startsWithBegin;
    private boolean outside;
    private Optional<Refused> alone = Optional.empty();
    private Optional<Refused> several = Optional.empty();

    /** @param mayMix as in {@link ScriptMode#of} */
    ScriptTransactions(boolean mayMix) {
        this.mayMix = mayMix;
    }

    ScriptMode modeOf(SqlScript script) {
        for (SqlStatement statement : script.statements()) {
            Optional<TransactionControl> control = TransactionControl.of(statement);
            Optional<Refused> refused = control.isPresent() ? control(statement, control.get()) : work(statement);
            if (refused.isPresent()) {
                return refused.get();
            }
        }
        // After a COMMIT, a final BEGIN opens the transaction that the tool then commits.
        boolean forTheTool = committedInLine > 0 && (mayMix || !startsWithBegin);
        if (begunInLine > 0 && !forTheTool) {
            return new Refused(
                    begunInLine,
                    "the transaction that begins here is never committed; end the script with COMMIT, or remove this: "
                            + ONE_ANYWAY);
        }
        return mode(script);
    }

    private Optional<Refused> control(SqlStatement statement, TransactionControl control) {
        return switch (control.kind()) {
            case BEGIN -> begin(statement, control);
            case COMMIT -> commit(statement, control);
            case OTHER -> steers(statement, control);
        };
    }

    private static Optional<Refused> steers(SqlStatement statement, TransactionControl control) {
        return refused(
                statement,
                new Reason(NonTransactional.Kind.TRANSACTION_CONTROL, control.command())
                        + ", but the history row has to commit together with the script; remove it: " + ONE_ANYWAY);
    }

    private Optional<Refused> begin(SqlStatement statement, TransactionControl control) {
        if (begunInLine > 0) {
            return refused(
                    statement,
                    control.command() + " stands inside the transaction that begins in line " + begunInLine + "; "
                            + ONE_EACH);
        }
        cutIfOutside();
        outside = false;
        startsWithBegin |= committedInLine == 0;
        begunInLine = statement.line();
        return Optional.empty();
    }

    private Optional<Refused> commit(SqlStatement statement, TransactionControl control) {
        boolean ofTheTool = begunInLine == 0 && committedInLine == 0;
        if (ofTheTool && transactions > 0 && !mayMix) {
            return steers(statement, control);
        }
        cuts.add(count);
        inCountedOne = false;
        outside = true;
        begunInLine = 0;
        committedInLine = statement.line();
        return Optional.empty();
    }

    /**
     * Drizzle's drivers then commit each statement by itself. Some scripts rely on that, for example to use a new enum
     * value.
     */
    private void cutIfOutside() {
        if (outside && mayMix) {
            cuts.add(count);
            inCountedOne = false;
        }
    }

    private Optional<Refused> work(SqlStatement statement) {
        cutIfOutside();
        count++;
        Optional<Reason> reason = NonTransactional.reasonOf(statement);
        if (reason.isPresent() && begunInLine > 0) {
            return refused(
                    statement, reason.get() + ", but line " + begunInLine + " begins one; give it a file of its own");
        }
        if (reason.isPresent() && alone.isEmpty()) {
            alone = refused(
                    statement,
                    reason.get() + ", but other statements of this script need one; give it a file of its own");
        }
        if (reason.isEmpty() && !SettingStatement.is(statement)) {
            countTransaction(statement);
        }
        return Optional.empty();
    }

    private void countTransaction(SqlStatement statement) {
        if (inCountedOne) {
            return;
        }
        inCountedOne = true;
        transactions++;
        if (transactions == 2) {
            several = refused(
                    statement,
                    "comes after the COMMIT in line " + committedInLine
                            + ", so that what is before it would stay if this failed, without a history row; "
                            + ONE_EACH);
        }
    }

    private ScriptMode mode(SqlScript script) {
        if (alone.isPresent() && transactions == 0) {
            return new ScriptMode.Standalone(
                    ScriptMode.toSend(script, new ScriptMode.Transactional()).statements());
        }
        if (alone.isEmpty() && transactions < 2) {
            return new ScriptMode.Transactional();
        }
        cuts.remove(0);
        cuts.remove(count);
        return mayMix ? new ScriptMode.Mixed(cuts) : alone.or(() -> several).orElseThrow();
    }

    private static Optional<Refused> refused(SqlStatement statement, String what) {
        return Optional.of(new Refused(statement.line(), what));
    }
}
