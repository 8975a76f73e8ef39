package dev.slipway.migrator.flyway;

import dev.slipway.migrator.sql.NonTransactional;
import dev.slipway.migrator.sql.NonTransactional.Kind;
import dev.slipway.migrator.sql.NonTransactional.Reason;
import dev.slipway.migrator.sql.SqlScript;
import dev.slipway.migrator.sql.SqlStatement;
import dev.slipway.migrator.sql.TokenReader;
import java.util.List;
import java.util.Optional;

/** How a script has to be run: one transaction together with its history row, or outside of any. */
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
     * Statements that refuse a transaction run alone, those between them in one transaction each time. How far the script
     * is commits together with what it did, so that every interruption can be picked up.
     */
    record Mixed() implements ScriptMode {}

    /**
     * None of them is safe.
     *
     * @param line of the statement that makes it so
     * @param what what it is and the way out
     */
    record Refused(int line, String what) implements ScriptMode {}

    /**
     * Pure.
     *
     * @param asksForNoTransaction whether the script's own {@code .conf} says {@code executeInTransaction=false}: then its
     *     author has taken over the care for what happens half-way
     * @param mayMix whether statements that refuse a transaction may stand beside others
     */
    static ScriptMode of(SqlScript script, boolean asksForNoTransaction, boolean mayMix) {
        if (asksForNoTransaction) {
            return new Standalone(script.statements());
        }
        boolean mixed = script.statements().stream().anyMatch(each -> needsTransaction(each));
        boolean standalone = false;
        for (SqlStatement statement : script.statements()) {
            Optional<Reason> reason = NonTransactional.reasonOf(statement);
            if (reason.isEmpty()) {
                continue;
            }
            if (reason.get().kind() == Kind.TRANSACTION_CONTROL) {
                return new Refused(
                        statement.line(),
                        reason.get() + ", but the history row has to commit together with"
                                + " the script; remove it: every script runs in one transaction anyway");
            }
            if (mixed && !mayMix) {
                return new Refused(
                        statement.line(),
                        reason.get() + ", but other statements of this script need one;"
                                + " give it a file of its own");
            }
            standalone = true;
        }
        if (!standalone) {
            return new Transactional();
        }
        return mixed ? new Mixed() : new Standalone(script.statements());
    }

    static boolean refusesTransaction(SqlStatement statement) {
        return NonTransactional.reasonOf(statement).isPresent();
    }

    /** The first statement that has no place in a transaction that another script began; empty where there is none. */
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

    private static boolean needsTransaction(SqlStatement statement) {
        return !isSetting(statement) && !refusesTransaction(statement);
    }

    /** SET and RESET may stand beside a non-transactional statement: they leave nothing behind when it fails. */
    static boolean isSetting(SqlStatement statement) {
        return new TokenReader(statement.text()).atAny("SET", "RESET");
    }
}
