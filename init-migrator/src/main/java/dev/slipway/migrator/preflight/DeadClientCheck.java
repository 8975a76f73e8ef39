package dev.slipway.migrator.preflight;

import dev.slipway.migrator.session.DeadClients;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks whether the server can be configured to notice a dead replica within half a minute. Otherwise the lock of a
 * killed pod is held until its statement ends, and that of a vanished node for two hours.
 */
final class DeadClientCheck implements Check {
    /**
     * The settings of the migrating session. The check sets them, because hosted servers forbid settings that they list
     * as settable.
     */
    private static final List<String> SETTINGS = DeadClients.settings().entrySet().stream()
            .map(setting -> setting.getKey() + " = " + setting.getValue())
            .toList();

    @Override
    public String name() {
        return "dead-client-detection";
    }

    @Override
    public List<String> questions() {
        return SETTINGS.stream().map(each -> "set local " + each).toList();
    }

    @Override
    public List<Finding> judge(List<ServerAnswer> answers) {
        var refused = new ArrayList<String>();
        for (int index = 0; index < answers.size(); index++) {
            ServerAnswer answer = answers.get(index);
            if (answer instanceof ServerAnswer.Nothing) {
                return List.of(Check.unanswered(name(), answer));
            }
            if (answer instanceof ServerAnswer.Refused) {
                String setting = SETTINGS.get(index);
                refused.add(setting.substring(0, setting.indexOf(' ')));
            }
        }
        return List.of(judgeRefused(refused));
    }

    Finding judgeRefused(List<String> refused) {
        return refused.isEmpty()
                ? Finding.pass(name(), "keepalives, connection checks and timeouts can be set")
                : Finding.warn(
                        name(),
                        "the server refuses " + String.join(", ", refused),
                        "the lock of a killed pod may be held longer than 30 s; PostgreSQL 14 and newer have all of them");
    }
}
