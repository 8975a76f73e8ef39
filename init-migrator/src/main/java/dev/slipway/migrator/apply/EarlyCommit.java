package dev.slipway.migrator.apply;

import dev.slipway.migrator.sql.SqlStatement;
import java.sql.SQLException;

/** A statement that ended the transaction of its script: what ran until then stays, and no history row says so. */
final class EarlyCommit extends StatementFailure {
    static final String LEFTOVERS = "what ran in it until then may have been committed, and no history row says so";
    static final String WAY_OUT =
            "look at what the script has left and undo that by hand; take out of the statement what ends the transaction";

    private static final long serialVersionUID = 1L;
    private static final String INVALID_TRANSACTION_TERMINATION = "2D000";

    EarlyCommit(SqlStatement statement) {
        super(
                statement,
                new SQLException(
                        "it ended the transaction, so that the script cannot commit together with its history row",
                        INVALID_TRANSACTION_TERMINATION));
    }
}
