package dev.slipway.migrator.sql;

import dev.slipway.migrator.sql.SqlCommand.CreateIndex;
import dev.slipway.migrator.sql.SqlCommand.DetachPartition;
import dev.slipway.migrator.sql.SqlCommand.DropIndex;
import dev.slipway.migrator.sql.SqlCommand.Reindex;
import java.util.Optional;

/**
 * Finds the statements that cannot run inside a transaction block. The list follows the places where PostgreSQL 14 to
 * 19 refuses with SQLSTATE 25001, plus the statements by which a script controls transactions itself.
 *
 * <p>Cases that the text alone does not show are left out: a CALL of a procedure that commits, and those of
 * {@link #ifPartitioned}.
 */
public final class NonTransactional {
    /** Why a statement needs care. */
    public enum Kind {
        /** PostgreSQL refuses it inside a transaction block: run it alone. */
        COMMAND,
        /** It starts or ends a transaction, so that the script, not its caller, decides what is committed together. */
        TRANSACTION_CONTROL
    }

    /**
     * One reason.
     *
     * @param command the command in PostgreSQL's words, as in {@code CREATE INDEX CONCURRENTLY}
     */
    public record Reason(Kind kind, String command) {
        /** For people: "CREATE INDEX CONCURRENTLY cannot run inside a transaction block". */
        @Override
        public String toString() {
            return command
                    + (kind == Kind.COMMAND
                            ? " cannot run inside a transaction block"
                            : " starts or ends a transaction by itself");
        }
    }

    private NonTransactional() {}

    /** The reason, the same for any supported server. */
    public static Optional<Reason> reasonOf(SqlStatement statement) {
        return TransactionControl.of(statement)
                .map(control -> new Reason(Kind.TRANSACTION_CONTROL, control.command()))
                .or(() -> command(statement, new TokenReader(statement.text()))
                        .map(name -> new Reason(Kind.COMMAND, name)));
    }

    /**
     * The relation that decides: if it is partitioned, the statement cannot run inside a transaction block (CLUSTER from
     * PostgreSQL 15 on), although nothing in its text says so.
     */
    public static Optional<QualifiedName> ifPartitioned(SqlStatement statement) {
        if (statement.command() instanceof Reindex reindex) {
            boolean relation = reindex.target() == Reindex.Target.TABLE || reindex.target() == Reindex.Target.INDEX;
            return relation && !reindex.concurrently() ? reindex.name() : Optional.empty();
        }
        var reader = new TokenReader(statement.text());
        return reader.at("CLUSTER") ? clusteredTable(reader) : Optional.empty();
    }

    private static Optional<String> command(SqlStatement statement, TokenReader reader) {
        return switch (reader.peekWord()) {
            case "VACUUM" -> Optional.of("VACUUM");
            case "CLUSTER" -> named(clusteredTable(reader).isEmpty(), "CLUSTER without a table");
            case "REPACK" -> repack(reader);
            case "DISCARD" -> named(reader.at("DISCARD", "ALL"), "DISCARD ALL");
            case "COMMIT" -> named(reader.at("COMMIT", "PREPARED"), "COMMIT PREPARED");
            case "ROLLBACK" -> named(reader.at("ROLLBACK", "PREPARED"), "ROLLBACK PREPARED");
            case "REINDEX" -> reindex(statement.command());
            case "CREATE" -> create(statement, reader);
            case "DROP" -> drop(statement, reader);
            case "ALTER" -> alter(statement, reader);
            case "DO" -> named(commits(reader), "DO with COMMIT or ROLLBACK");
            default -> Optional.empty();
        };
    }

    private static Optional<String> create(SqlStatement statement, TokenReader reader) {
        reader.take("CREATE");
        return switch (reader.peekWord()) {
            case "DATABASE", "TABLESPACE" -> Optional.of("CREATE " + reader.peekWord());
            case "SUBSCRIPTION" -> named(createsSlot(reader), "CREATE SUBSCRIPTION with a replication slot");
            default ->
                named(
                        statement.command() instanceof CreateIndex index && index.concurrently(),
                        "CREATE INDEX CONCURRENTLY");
        };
    }

    private static Optional<String> drop(SqlStatement statement, TokenReader reader) {
        reader.take("DROP");
        return switch (reader.peekWord()) {
            // Without a replication slot the server would allow it, but only its catalog knows.
            case "DATABASE", "TABLESPACE", "SUBSCRIPTION" -> Optional.of("DROP " + reader.peekWord());
            default ->
                named(
                        statement.command() instanceof DropIndex index && index.concurrently(),
                        "DROP INDEX CONCURRENTLY");
        };
    }

    private static Optional<String> alter(SqlStatement statement, TokenReader reader) {
        reader.take("ALTER");
        return switch (reader.peekWord()) {
            case "SYSTEM" -> Optional.of("ALTER SYSTEM");
            case "SUBSCRIPTION" -> alterSubscription(reader);
            case "DATABASE" -> named(movesDatabase(reader), "ALTER DATABASE … SET TABLESPACE");
            default ->
                named(
                        statement.command() instanceof DetachPartition detach && detach.concurrently(),
                        "ALTER TABLE … DETACH PARTITION … CONCURRENTLY");
        };
    }

    private static Optional<String> reindex(SqlCommand command) {
        if (!(command instanceof Reindex reindex)) {
            return Optional.empty();
        }
        if (reindex.concurrently()) {
            return Optional.of("REINDEX CONCURRENTLY");
        }
        return switch (reindex.target()) {
            case SCHEMA, DATABASE, SYSTEM -> Optional.of("REINDEX " + reindex.target());
            case INDEX, TABLE -> Optional.empty();
        };
    }

    private static Optional<QualifiedName> clusteredTable(TokenReader reader) {
        reader.take("CLUSTER");
        CommandOptions.take(reader);
        reader.take("VERBOSE");
        Optional<QualifiedName> first = reader.takeQualifiedName();
        // The old order, CLUSTER index ON table.
        return first.isPresent() && reader.take("ON") ? reader.takeQualifiedName() : first;
    }

    private static Optional<String> repack(TokenReader reader) {
        reader.take("REPACK");
        if (CommandOptions.take(reader).isOn("CONCURRENTLY")) {
            return Optional.of("REPACK (CONCURRENTLY)");
        }
        return named(reader.atEnd() || reader.at("USING"), "REPACK without a table");
    }

    /** A slot is created unless the options say otherwise; without a connection there is none to create. */
    private static boolean createsSlot(TokenReader reader) {
        reader.skipTo("WITH");
        reader.take("WITH");
        CommandOptions options = CommandOptions.take(reader);
        return !options.isOff("CREATE_SLOT") && !options.isOff("CONNECT");
    }

    private static Optional<String> alterSubscription(TokenReader reader) {
        reader.take("SUBSCRIPTION");
        reader.takeName();
        if (reader.at("REFRESH")) {
            return Optional.of("ALTER SUBSCRIPTION … REFRESH");
        }
        boolean publications =
                reader.at("SET", "PUBLICATION") || reader.at("ADD", "PUBLICATION") || reader.at("DROP", "PUBLICATION");
        if (publications) {
            reader.skipTo("WITH");
            reader.take("WITH");
            return named(!CommandOptions.take(reader).isOff("REFRESH"), "ALTER SUBSCRIPTION with refresh");
        }
        reader.take("SET");
        CommandOptions options = CommandOptions.take(reader);
        return named(
                options.has("FAILOVER") || options.isOff("TWO_PHASE"),
                "ALTER SUBSCRIPTION … SET (failover, two_phase)");
    }

    private static boolean movesDatabase(TokenReader reader) {
        reader.take("DATABASE");
        reader.takeName();
        return reader.at("SET", "TABLESPACE");
    }

    /** Looks into the body of a DO block: there, COMMIT and ROLLBACK have no other meaning. */
    private static boolean commits(TokenReader reader) {
        reader.take("DO");
        if (reader.take("LANGUAGE")) {
            reader.skip();
        }
        return reader.takeAny().filter(NonTransactional::hasTransactionEnd).isPresent();
    }

    private static boolean hasTransactionEnd(String literal) {
        if (!SqlLiteral.isOne(literal)) {
            return false;
        }
        var body = new TokenReader(SqlLiteral.valueOf(literal));
        while (body.skipTo("COMMIT", "ROLLBACK")) {
            body.takeAny();
            if (body.atSymbol(';') || body.at("AND")) {
                return true;
            }
        }
        return false;
    }

    private static Optional<String> named(boolean applies, String command) {
        return applies ? Optional.of(command) : Optional.empty();
    }
}
