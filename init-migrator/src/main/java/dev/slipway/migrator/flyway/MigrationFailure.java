package dev.slipway.migrator.flyway;

import dev.slipway.contract.ExitCode;
import dev.slipway.migrator.report.Excerpt;
import dev.slipway.migrator.report.RunFailure;
import dev.slipway.migrator.session.SqlState;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.internal.sqlscript.FlywaySqlScriptException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Turns what went wrong inside a script into the sentence that a person reads in the pod's status. */
final class MigrationFailure {
    private MigrationFailure() {}

    /**
     * Exit 5, with SQLSTATE, file, line and statement.
     *
     * @param leftovers what the failure left in the database, or that it left nothing; a clause
     */
    static RunFailure of(PendingScript pending, Throwable failure, String leftovers) {
        Optional<ServerErrorMessage> server = serverMessage(failure);
        Optional<FlywaySqlScriptException> inScript = find(failure, FlywaySqlScriptException.class);
        String reason = reason(failure);

        var details = new LinkedHashMap<String, Object>();
        details.put("script", pending.name());
        var sentence = new StringBuilder(pending.name());
        inScript.ifPresent(script -> {
            int line = line(script, server);
            sentence.append(", line ").append(line);
            details.put("line", line);
            details.put("statement", Excerpt.of(script.getStatement()));
        });
        sentence.append(": ").append(reason);
        SqlState.of(failure).ifPresent(state -> {
            sentence.append(" (SQLSTATE ").append(state).append(')');
            details.put("sqlState", state);
        });
        putIfPresent(details, "detail", server.map(ServerErrorMessage::getDetail));
        putIfPresent(details, "hint", server.map(ServerErrorMessage::getHint));
        sentence.append("; ").append(leftovers);
        return new RunFailure(
                ExitCode.MIGRATION_FAILED, sentence.toString(), ExitCode.MIGRATION_FAILED.wayOut(), details, failure);
    }

    /** What the server said, without position and context; else the innermost cause's own words. */
    static String reason(Throwable failure) {
        return serverMessage(failure).map(ServerErrorMessage::getMessage).orElseGet(() -> innermostMessage(failure));
    }

    private static int line(FlywaySqlScriptException script, Optional<ServerErrorMessage> server) {
        int position = server.map(ServerErrorMessage::getPosition).orElse(0);
        String statement = script.getStatement();
        int line = script.getLineNumber();
        int end = Math.min(position - 1, statement.length());
        for (int index = 0; index < end; index++) {
            if (statement.charAt(index) == '\n') {
                line++;
            }
        }
        return line;
    }

    private static Optional<ServerErrorMessage> serverMessage(Throwable failure) {
        return find(failure, PSQLException.class).map(PSQLException::getServerErrorMessage);
    }

    private static String innermostMessage(Throwable failure) {
        Throwable innermost = failure;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        String message = innermost.getMessage();
        return message == null ? innermost.getClass().getSimpleName() : Excerpt.of(message);
    }

    private static <T extends Throwable> Optional<T> find(@Nullable Throwable failure, Class<T> type) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (type.isInstance(each)) {
                return Optional.of(type.cast(each));
            }
            if (each instanceof SQLException sql && type.isInstance(sql.getNextException())) {
                return Optional.of(type.cast(sql.getNextException()));
            }
        }
        return Optional.empty();
    }

    private static void putIfPresent(Map<String, Object> details, String name, Optional<String> value) {
        value.ifPresent(text -> details.put(name, Excerpt.of(text)));
    }
}
