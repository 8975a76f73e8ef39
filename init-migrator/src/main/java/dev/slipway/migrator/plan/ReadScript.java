package dev.slipway.migrator.plan;

import dev.slipway.migrator.sql.NonTransactional.Kind;
import java.util.ArrayList;
import java.util.List;

/** A script and its statements, analysed. */
record ReadScript(PlannedScript pending, List<ReadStatement> statements) {
    String name() {
        return pending.name();
    }

    /** Its statements, grouped by transaction. */
    List<List<ReadStatement>> transactions() {
        List<List<ReadStatement>> transactions = new ArrayList<>();
        boolean ended = true;
        for (int index = 0; index < statements.size(); index++) {
            ReadStatement statement = statements.get(index);
            boolean alone = statement
                    .nonTransactional()
                    .filter(reason -> reason.kind() == Kind.COMMAND)
                    .isPresent();
            if (ended || alone || pending.commits().contains(index)) {
                transactions.add(new ArrayList<>());
            }
            transactions.get(transactions.size() - 1).add(statement);
            ended = alone;
        }
        return transactions;
    }
}
