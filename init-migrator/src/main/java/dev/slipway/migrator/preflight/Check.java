package dev.slipway.migrator.preflight;

import java.util.List;

/** One or several questions to the server, and the verdict on the answers. Stateless; judging asks nothing more. */
interface Check {
    /** In kebab case. */
    String name();

    /** Each is one SELECT, or a SET LOCAL; the runner limits its time and undoes what it sets. */
    List<String> questions();

    /** @param answers one for each question, in their order */
    List<Finding> judge(List<ServerAnswer> answers);

    /** The finding for answers that a check does not handle itself. */
    static Finding unanswered(String check, ServerAnswer answer) {
        if (answer instanceof ServerAnswer.Refused refused) {
            return Finding.warn(
                    check, "could not be checked: " + refused.message() + " (" + refused.sqlState() + ")", "");
        }
        String reason = answer instanceof ServerAnswer.Nothing nothing ? nothing.reason() : "unexpected answer";
        return Finding.warn(check, "could not be checked: " + reason, "");
    }
}
