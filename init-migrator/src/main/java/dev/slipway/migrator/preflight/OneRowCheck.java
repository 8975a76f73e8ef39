package dev.slipway.migrator.preflight;

import io.vertx.sqlclient.Row;
import java.util.List;

/** A check with one question, whose answer is always one row. */
interface OneRowCheck extends Check {
    String question();

    Finding judge(Row row);

    @Override
    default List<String> questions() {
        return List.of(question());
    }

    @Override
    default List<Finding> judge(List<ServerAnswer> answers) {
        ServerAnswer answer = answers.get(0);
        return List.of(
                answer instanceof ServerAnswer.Rows rows ? judge(rows.only()) : Check.unanswered(name(), answer));
    }
}
