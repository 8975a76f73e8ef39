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
    default List<Finding> judge(List<Answer> answers) {
        Answer answer = answers.get(0);
        return List.of(answer instanceof Answer.Rows rows ? judge(rows.only()) : Check.unanswered(name(), answer));
    }
}
