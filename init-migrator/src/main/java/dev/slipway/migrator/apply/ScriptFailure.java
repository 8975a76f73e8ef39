package dev.slipway.migrator.apply;

import dev.slipway.contract.ExitCode;
import dev.slipway.migrator.failure.Causes;
import dev.slipway.migrator.failure.Excerpt;
import dev.slipway.migrator.failure.Refusal;
import dev.slipway.migrator.failure.RunFailure;
import dev.slipway.migrator.failure.ServerError;
import dev.slipway.migrator.failure.SqlState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns a failure inside a script into the sentence that people read in the pod's status. */
public final class ScriptFailure {
    /** For a statement that commits while it runs. */
    static final String COMMITTED = "what it committed on its way stays, and how much that is only its tables can tell";

    /** The same for a script whose author declares that it may run again. */
    static final String RUNS_AGAIN = "what it committed on its way stays, and it runs again, as its header allows";

    private ScriptFailure() {}

    /** What SIGTERM left behind of a script that is not one transaction; a clause. */
    static String ended(PendingScript pending, Throwable failure) {
        return where(pending, failure) + ", ran outside a transaction: "
                + (mayHaveCommitted(failure)
                        ? pending.resumable() ? RUNS_AGAIN : COMMITTED
                        : "the statements before it stay, and are not run again");
    }

    static boolean mayHaveCommitted(Throwable failure) {
        return Causes.first(failure, StatementFailure.class)
                .filter(each -> !UnfinishedStatement.isAtomic(each.statement()))
                .isPresent();
    }

    /**
     * Exit 5, with SQLSTATE, file, line and statement.
     *
     * @param leftovers what the failure left in the database, if anything; a clause
     */
    static RunFailure of(PendingScript pending, Throwable failure, String leftovers) {
        var details = new LinkedHashMap<String, Object>();
        var sentence = new StringBuilder(where(pending, failure, details));
        explain(failure, sentence, details);
        sentence.append("; ").append(leftovers);
        return new RunFailure(ExitCode.MIGRATION_FAILED, sentence.toString(), wayOut(failure), details, failure);
    }

    /** Exit 5 for a callback that belongs to no script. */
    public static RunFailure ofCallback(CallbackFailure failure, String leftovers) {
        var details = new LinkedHashMap<String, Object>();
        var sentence = new StringBuilder(where(failure, details));
        explain(failure, sentence, details);
        sentence.append("; ").append(leftovers);
        return new RunFailure(ExitCode.MIGRATION_FAILED, sentence.toString(), wayOut(failure), details, failure);
    }

    /** Whether the database refused a statement of this program rather than one of a script. */
    static boolean isOutsideOfScripts(Throwable failure) {
        return Causes.first(failure, StatementFailure.class).isEmpty()
                && Causes.first(failure, CallbackFailure.class).isEmpty();
    }

    private static void explain(Throwable failure, StringBuilder sentence, Map<String, Object> details) {
        sentence.append(": ").append(reason(failure));
        SqlState.of(failure).ifPresent(code -> {
            sentence.append(" (SQLSTATE ").append(code).append(')');
            details.put("sqlState", code);
        });
        Optional<ServerError> server = ServerError.of(failure);
        putIfPresent(details, "detail", server.flatMap(ServerError::detail));
        putIfPresent(details, "hint", server.flatMap(ServerError::hint));
    }

    private static String wayOut(Throwable failure) {
        if (Causes.first(failure, EarlyCommit.class).isPresent()) {
            return EarlyCommit.WAY_OUT;
        }
        if (DriverLimit.isBehind(failure)) {
            return DriverLimit.WAY_OUT;
        }
        return refusal(failure).wayOut();
    }

    static Refusal refusal(Throwable failure) {
        boolean timedOut = Causes.first(failure, StatementFailure.class)
                .map(StatementFailure::timedOut)
                .orElseGet(() -> reason(failure).contains("statement timeout"));
        return Refusal.ofScript(SqlState.of(failure).orElse(""), timedOut, !SqlState.isConnectionLost(failure));
    }

    private static String where(CallbackFailure failure, Map<String, Object> details) {
        details.put("callback", failure.file());
        details.put("line", failure.line());
        details.put("statement", Excerpt.of(failure.statement()));
        return failure.file() + ", line " + failure.line();
    }

    static String where(PendingScript pending, Throwable failure) {
        return where(pending, failure, new LinkedHashMap<>());
    }

    /** The file and the line: of the script, or of the callback beside it that failed. */
    private static String where(PendingScript pending, Throwable failure, Map<String, Object> details) {
        details.put("script", pending.name());
        Optional<StatementFailure> inScript = Causes.first(failure, StatementFailure.class);
        if (inScript.isPresent()) {
            int line = inScript.get().line();
            details.put("line", line);
            details.put("statement", Excerpt.of(inScript.get().statement().text()));
            return pending.name() + ", line " + line;
        }
        return Causes.first(failure, CallbackFailure.class)
                .map(callback -> where(callback, details) + ", which runs with " + pending.name())
                .orElse(pending.name());
    }

    /** The server's message without values, position and context; otherwise the message of the innermost cause. */
    public static String reason(Throwable failure) {
        return ServerError.of(failure).map(ServerError::message).orElseGet(() -> innermostMessage(failure));
    }

    private static String innermostMessage(Throwable failure) {
        List<Throwable> causes = Causes.of(failure);
        Throwable innermost = causes.get(causes.size() - 1);
        String message = innermost.getMessage();
        return message == null ? innermost.getClass().getSimpleName() : Excerpt.of(message);
    }

    private static void putIfPresent(Map<String, Object> details, String name, Optional<String> value) {
        value.ifPresent(text -> details.put(name, Excerpt.of(text)));
    }
}
