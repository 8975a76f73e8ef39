package dev.slipway.migrator.preflight;

import java.util.List;

/** One or several questions to the server, and what to make of the answers. Stateless; it judges without asking further. */
interface Check {
    /** In kebab case. */
    String name();

    /** Each is one SELECT, or a SET LOCAL; the runner bounds it and undoes what it sets. */
    List<String> questions();

    /** @param answers as many as there are questions, in their order */
    List<Finding> judge(List<ServerAnswer> answers);

    /** For answers that a check has nothing special to say about. */
    static Finding unanswered(String check, ServerAnswer answer) {
        if (answer instanceof ServerAnswer.Refused refused) {
            return Finding.warn(
                    check, "could not be checked: " + refused.message() + " (" + refused.sqlState() + ")", "");
        }
        String reason = answer instanceof ServerAnswer.Nothing nothing ? nothing.reason() : "unexpected answer";
        return Finding.warn(check, "could not be checked: " + reason, "");
    }
}
