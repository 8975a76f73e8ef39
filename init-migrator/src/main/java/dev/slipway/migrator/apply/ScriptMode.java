package dev.slipway.migrator.apply;

import dev.slipway.migrator.sql.NonTransactional;
import dev.slipway.migrator.sql.NonTransactional.Reason;
import dev.slipway.migrator.sql.SettingStatement;
import dev.slipway.migrator.sql.SqlScript;
import dev.slipway.migrator.sql.SqlStatement;
import dev.slipway.migrator.sql.TransactionControl;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How a script has to run: in one transaction with its history row, or outside any transaction. */
public sealed interface ScriptMode {
    /** Script and history row commit together, or nothing does. */
    record Transactional() implements ScriptMode {}

    /** Each statement commits by itself; the history row follows. */
    record Standalone(List<SqlStatement> statements) implements ScriptMode {
        public Standalone {
            statements = List.copyOf(statements);
        }
    }

    /**
     * Statements that refuse a transaction run alone; each group between them runs in one transaction. The progress of
     * the script commits together with its work, so that it can continue after any interruption.
     *
     * @param cuts statements, counted from 0 and without BEGIN and COMMIT, before which the script itself ends a
     * transaction
     */
    record Mixed(Set<Integer> cuts) implements ScriptMode {
        public Mixed {
            cuts = Set.copyOf(cuts);
        }

        Mixed() {
            this(Set.of());
        }
    }

    /**
     * No mode is safe for this script.
     *
     * @param line of the statement that is the reason
     * @param what the reason and the way out
     */
    record Refused(int line, String what) implements ScriptMode {}

    /**
     * Pure.
     *
     * @param asksForNoTransaction whether the script's own {@code .conf} says {@code executeInTransaction=false}: then
     * its author is responsible for a failure half-way
     * @param mayMix whether statements that refuse a transaction may stand beside others, and whether the script may
     * have several transactions
     */
    static ScriptMode of(SqlScript script, boolean asksForNoTransaction, boolean mayMix) {
        return asksForNoTransaction
                ? new Standalone(script.statements())
                : new ScriptTransactions(mayMix).modeOf(script);
    }

    /**
     * The SQL to send for a script in this mode: without the author's own BEGIN and COMMIT, because the transactions
     * are ours.
     */
    static SqlScript toSend(SqlScript script, ScriptMode mode) {
        if (mode instanceof Standalone standalone) {
            return new SqlScript(standalone.statements());
        }
        return new SqlScript(script.statements().stream()
                .filter(each -> TransactionControl.of(each).isEmpty())
                .toList());
    }

    static boolean refusesTransaction(SqlStatement statement) {
        return NonTransactional.reasonOf(statement).isPresent();
    }

    /** The first statement that must not run in a transaction begun for another script; empty if there is none. */
    static Optional<Refused> refusedInsideOfMigration(SqlScript script) {
        for (SqlStatement statement : script.statements()) {
            Optional<Reason> reason = NonTransactional.reasonOf(statement);
            if (reason.isPresent()) {
                return Optional.of(new Refused(
                        statement.line(),
                        reason.get() + ", but this callback runs inside the transaction of a migration, which has to"
                                + " commit together with its history row"));
            }
        }
        return Optional.empty();
    }

    static boolean isSetting(SqlStatement statement) {
        return SettingStatement.is(statement);
    }
}
