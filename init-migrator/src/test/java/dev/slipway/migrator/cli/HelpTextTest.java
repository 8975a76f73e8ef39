package dev.slipway.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contract.ExitCode;
import dev.slipway.contract.Setting;
import org.junit.jupiter.api.Test;

class HelpTextTest {
    private final CommandLine cli = new CommandLine();

    @Test
    void theOverallHelpNamesEveryCommandSettingVariableDefaultAndExitCode() {
        String help = cli.overview();
        for (Command command : Command.values()) {
            assertThat(help).contains("\n  " + command.word() + ' ');
        }
        for (Setting<?> setting : Setting.all()) {
            assertThat(help).contains("\n  " + setting.flag() + ' ').contains(' ' + setting.env());
            assertThat(help).contains(setting.defaultText());
        }
        for (ExitCode code : ExitCode.values()) {
            assertThat(help).contains("\n  " + code.code() + ' ');
        }
    }

    @Test
    void theHelpOfACommandNamesItsOwnFlags() {
        assertThat(cli.help(Command.MIGRATE)).contains("--preflight ", "--wait-timeout DURATION");
        assertThat(cli.help(Command.STATUS)).contains("--json ").doesNotContain("--wait-timeout");
    }

    @Test
    void noLineIsWiderThanATerminal() {
        assertThat(cli.overview().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    }
}
